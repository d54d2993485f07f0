import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCASTS, CHANNEL_NAMES, choosing, CHOSEN, OF_ALL, POLL_CLOCK, ROLLUPS } from '../../viz/rollups.ts';
import { addHours } from '../../workflows/hour.ts';
import type { Day } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';

/** Rollups of what happened when lines arrived. Those of a day need the week before it, because a message may arrive late. */
const BY_ARRIVAL = new Set(['records', 'counts']);
const OF_CHANNELS = ROLLUPS.filter(({ name }) => !OF_ALL.has(name));
const HOURS_BACK = 7 * 24;
const DAY_MS = 24 * 3_600_000;
/** Pages other than those of a day show as many days. */
export const DAYS_SHOWN = 30;

/** Limits all rollups to the hours of a day. */
export async function limitToDay(connection: DuckDBConnection, day: Day): Promise<void> {
  const [from, to] = [`${day}T00`, `${day}T23`];
  const around = `hour BETWEEN ${literal(addHours(from, -HOURS_BACK))} AND ${literal(addHours(to, 1))}`;
  const within = `hour BETWEEN ${literal(from)} AND ${literal(to)}`;
  for (const { name } of ROLLUPS) await limit(connection, name, BY_ARRIVAL.has(name) ? around : within);
  const from0 = new Date(`${day}T00:00:00Z`);
  await setSpan(connection, from0, new Date(from0.getTime() + DAY_MS));
  await connection.run(CHANNEL_NAMES);
}

/** Limits all rollups to the last days that pages show. */
export async function limitToSite(connection: DuckDBConnection): Promise<void> {
  for (const { name } of ROLLUPS) await limit(connection, name, LAST_DAYS);
  await setLastDays(connection);
  await connection.run(POLL_CLOCK);
  await nameChannels(connection);
}

/** Limits all rollups to the last days and to the channel that {@link takeChannel} takes. Those of all channels are taken out of the store here, once. */
export async function limitToChannels(connection: DuckDBConnection): Promise<void> {
  for (const { name } of ROLLUPS) {
    await take(connection, name, OF_ALL.has(name) ? LAST_DAYS : 'false');
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${taken(name)}`);
  }
  // Tallies are of no channel. The last one of a collector in each hour tells how long it has reported.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${LAST_TALLIES} AS FROM ${STORE}.records WHERE kind = 'tally' AND ${LAST_DAYS}
      QUALIFY row_number() OVER (PARTITION BY hour, collector ORDER BY happened_at DESC) = 1`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP VIEW records AS FROM ${taken('records')} UNION ALL FROM ${LAST_TALLIES}`,
  );
  await setLastDays(connection);
  await connection.run(POLL_CLOCK);
  await nameChannels(connection);
  await connection.run(choosing('false'));
  await connection.run(CHOSEN);
}

/** Takes the rows of a channel of the last days out of the store, for all of its pages. */
export async function takeChannel(connection: DuckDBConnection, channel: string): Promise<void> {
  for (const { name } of OF_CHANNELS) await take(connection, name, `channel = ${literal(channel)} AND ${LAST_DAYS}`);
  await nameChannels(connection);
}

/** The table with the last tally of each collector in each hour. */
export const LAST_TALLIES = 'last_tallies';

const taken = (rollup: string): string => `taken_${rollup}`;

const take = (connection: DuckDBConnection, name: string, condition: string): Promise<unknown> =>
  connection.run(`CREATE OR REPLACE TEMP TABLE ${taken(name)} AS FROM ${STORE}.${name} WHERE ${condition}`);

/** Names the channels and finds the broadcasts that rollups are limited to. */
async function nameChannels(connection: DuckDBConnection): Promise<void> {
  await connection.run(CHANNEL_NAMES);
  await connection.run(BROADCASTS);
}

/** The last hour of the store, and thirty days before it. */
const LAST_DAYS = `hour > (SELECT strftime(strptime(max(hour), '%Y-%m-%dT%H') - INTERVAL ${DAYS_SHOWN} DAY, '%Y-%m-%dT%H') FROM ${STORE}.hours)`;

const limit = (connection: DuckDBConnection, name: string, condition: string): Promise<unknown> =>
  connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${STORE}.${name} WHERE ${condition}`);

async function setLastDays(connection: DuckDBConnection): Promise<void> {
  const found = await connection.runAndReadAll(
    `SELECT coalesce(epoch_ms(strptime(max(hour), '%Y-%m-%dT%H')) + 3_600_000, 0)::DOUBLE FROM ${STORE}.hours`,
  );
  const to = Number(found.value(0, 0));
  await setSpan(connection, new Date(to - DAYS_SHOWN * DAY_MS), new Date(to));
}

/** Queries that ask for instants find them in the variables `page_from` and `page_to`. */
async function setSpan(connection: DuckDBConnection, from: Date, to: Date): Promise<void> {
  for (const [name, at] of Object.entries({ page_from: from, page_to: to }))
    await connection.run(`SET VARIABLE ${name} = ${literal(at.toISOString())}::TIMESTAMPTZ`);
}
