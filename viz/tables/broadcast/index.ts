import { events } from './events.ts';
import { gaps } from './gaps.ts';
import { shows } from './shows.ts';

/** The tables of a broadcast's page that have a query, in order. */
export const BROADCAST_TABLES = { shows, events, gaps };
