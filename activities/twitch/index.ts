export { createStreamActivities, type StreamActivities, type StreamsSwept } from './stream-activities.ts';
export { createTokenActivities, type TokenActivities, type TokenRefreshed } from './token-activities.ts';
