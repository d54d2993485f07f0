export { createStreamActivities } from './stream-activities.ts';
export type { StreamActivities } from './stream-activities.ts';
export { createTokenActivities } from './token-activities.ts';
export type { TokenActivities, TokenRefreshed } from './token-activities.ts';
