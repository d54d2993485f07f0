import { activity } from './activity.ts';
import { heard } from './heard.ts';
import { loyalty } from './loyalty.ts';
import { week } from './week.ts';

/** The charts of a channel's page, in order. */
export const CHANNEL_CHARTS = { activity, week, loyalty, heard };
