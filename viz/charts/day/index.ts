import { messagesPerMinute } from './messages-per-minute.ts';
import { topCategories } from './top-categories.ts';
import { topChannels } from './top-channels.ts';
import { viewers } from './viewers.ts';

/** The charts of a day's page, in order. To add one, write its module and list it here. */
export const DAY_CHARTS = { messagesPerMinute, viewers, topChannels, topCategories };
