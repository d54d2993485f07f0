import { freshness } from './freshness.ts';
import { gaps } from './gaps.ts';
import { unreadLines } from './unread-lines.ts';

/** The tables of the page on data quality, in order. */
export const DATA_TABLES = { freshness, gaps, unreadLines };
