import type { DuckDBConnection } from '@duckdb/node-api';
import { CHANNEL_NAMES, ROLLUPS } from '../../viz/rollups.ts';
import type { Day } from '../../workflows/hour.ts';
import { addHours } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';

/** Rollups of what happened when lines arrived. Those of a day need the week before it, because a message may arrive late. */
const BY_ARRIVAL = new Set(['records', 'counts']);
const HOURS_BACK = 7 * 24;
const DAY_MS = 24 * 3_600_000;

/** Limits all rollups to the hours of a day. */
export async function limitToDay(connection: DuckDBConnection, day: Day): Promise<void> {
  const [from, to] = [`${day}T00`, `${day}T23`];
  const around = `hour BETWEEN ${literal(addHours(from, -HOURS_BACK))} AND ${literal(addHours(to, 1))}`;
  const within = `hour BETWEEN ${literal(from)} AND ${literal(to)}`;
  for (const { name } of ROLLUPS)
    await connection.run(
      `CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${STORE}.${name} WHERE ${BY_ARRIVAL.has(name) ? around : within}`,
    );
  await setSpan(connection, new Date(`${day}T00:00:00Z`), DAY_MS);
  await connection.run(CHANNEL_NAMES);
}

/** Queries that ask for instants find them in the variables `page_from` and `page_to`. */
async function setSpan(connection: DuckDBConnection, from: Date, lengthMs: number): Promise<void> {
  const to = new Date(from.getTime() + lengthMs);
  for (const [name, at] of Object.entries({ page_from: from, page_to: to }))
    await connection.run(`SET VARIABLE ${name} = ${literal(at.toISOString())}::TIMESTAMPTZ`);
}
