import { channels } from './channels.ts';
import { coverage } from './coverage.ts';

/** The tables of a day's page, in order. To add one, write its module and list it here. */
export const DAY_TABLES = { channels, coverage };
