import { messagesOverTime } from './messages-over-time.ts';
import { viewersOverTime } from './viewers-over-time.ts';

/** The charts of the front page, in order. */
export const OVERVIEW_CHARTS = { messagesOverTime, viewersOverTime };
