import { broadcastEmotes, broadcastWords } from './terms.ts';
import { timeline } from './timeline.ts';

/** The charts of a broadcast's page, in order. */
export const BROADCAST_CHARTS = { timeline, words: broadcastWords, emotes: broadcastEmotes };
