import { channels } from './channels.ts';
import { coverage } from './coverage.ts';

/** The tables of a day's page, in their order. To add one, write its module and name it here. */
export const TABLES = { channels, coverage };
