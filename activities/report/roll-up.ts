import type { DuckDBConnection } from '@duckdb/node-api';
import { BASE, FIRST_ROLLUPS, OF_ALL, OTHER_ROLLUPS, ROLLUPS, WORD_ROLLUPS } from '../../viz/rollups.ts';
import type { Rollup } from '../../viz/rollups.ts';
import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';

/** An hour, and the version of its files. */
export interface HourVersion {
  hour: Hour;
  version: string;
}

/** Of an hour that is being added up. If that is interrupted, all of it is done again. */
const UNFINISHED = '';

/**
 * Puts the rollups that those of other hours ask in the store. The connection must have the store, and views over yellow that have these hours and no
 * others. {@link rollUp} does the rest.
 */
export async function rollUpFirst(connection: DuckDBConnection, hours: readonly Hour[]): Promise<void> {
  const versions = hours.map((hour) => ({ hour, version: UNFINISHED }));
  await inTransaction(connection, async () => {
    await noteVersions(connection, versions, new Date(0));
    await connection.run(`INSERT INTO ${STORE}.hiding_due SELECT min(hour) FROM ${STORE}.hours WHERE ${within(hours)}`);
  });
  await replace(connection, FIRST_ROLLUPS, hours);
}

/**
 * Adds up these hours and puts them in the store. The first rollups of all hours must be there. The connection must have views over yellow that have
 * these hours and no others.
 */
export async function rollUp(
  connection: DuckDBConnection,
  hours: readonly HourVersion[],
  changedAt: Date,
): Promise<void> {
  const names = hours.map(({ hour }) => hour);
  await createBase(connection);
  await keepShown(connection, () => replace(connection, WORD_ROLLUPS, names));
  await keepRead(connection, () => replace(connection, OTHER_ROLLUPS, names));
  await inTransaction(connection, async () => {
    await noteVersions(connection, hours, changedAt);
    await noteHiding(connection, names);
  });
}

/** Makes only the rollups of words anew, because moderators have hidden something. */
export async function rollUpWords(
  connection: DuckDBConnection,
  hours: readonly Hour[],
  changedAt: Date,
): Promise<void> {
  await createBase(connection);
  await keepShown(connection, () => replace(connection, WORD_ROLLUPS, hours));
  await inTransaction(connection, async () => {
    await connection.run(
      `UPDATE ${STORE}.hours SET changed_at = ${literal(changedAt.toISOString())}::TIMESTAMPTZ WHERE ${within(hours)}`,
    );
    await noteHiding(connection, hours);
  });
}

/** What moderators hide is looked up for a day. */
const HIDING_HOURS = 25;

/** The hours in which moderators have hidden something since their words were added up. {@link noteWordsDone} says that they are made again. */
export async function hoursWithNewHiding(connection: DuckDBConnection): Promise<Hour[]> {
  const due = await connection.runAndReadAll(`SELECT min(hour) FROM ${STORE}.hiding_due`);
  const first = due.value(0, 0) as Hour | null;
  if (first === null) return [];
  const from = addHours(first, -HIDING_HOURS);
  const since = `hour >= ${literal(from)}`;
  const found = await connection.runAndReadAll(
    `SELECT hour FROM ${STORE}.hours LEFT JOIN (${hidingIn(since, from)}) AS now USING (hour)
      WHERE ${since} AND hours.hiding <> coalesce(now.hiding, 0) ORDER BY hour`,
  );
  return found.getRowsJson().map(([hour]) => hour as Hour);
}

/** Until there are new hours, {@link hoursWithNewHiding} has none. */
export async function noteWordsDone(connection: DuckDBConnection): Promise<void> {
  await connection.run(`DELETE FROM ${STORE}.hiding_due`);
}

/** Removes hours that yellow no longer has. */
export async function dropHours(connection: DuckDBConnection, hours: readonly Hour[]): Promise<void> {
  const ofHours = within(hours);
  await inTransaction(connection, async () => {
    for (const { name } of [...ROLLUPS, { name: 'hours' }])
      await connection.run(`DELETE FROM ${STORE}.${name} WHERE ${ofHours}`);
  });
}

/** A condition on the column `hour`. With its bounds, DuckDB skips what lies before and after them. */
function within(hours: readonly Hour[]): string {
  const sorted = [...hours].sort().map(literal);
  return `hour BETWEEN ${sorted[0] ?? "''"} AND ${sorted.at(-1) ?? "''"} AND hour IN (${sorted.join(', ') || 'NULL'})`;
}

/** The views that rollups ask. */
async function createBase(connection: DuckDBConnection): Promise<void> {
  for (const { name } of FIRST_ROLLUPS)
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${STORE}.${name}`);
  await connection.run(BASE);
}

/** Runs `work` while `shown` is a table: all rollups of words ask it, and to find the words is the most work of all. */
const keepShown = (connection: DuckDBConnection, work: () => Promise<void>): Promise<void> =>
  keep(connection, 'shown', 'FROM shown', work);

/** Runs `work` while `messages` is a table, without what only `shown` asks. */
const keepRead = (connection: DuckDBConnection, work: () => Promise<void>): Promise<void> =>
  keep(connection, 'messages', 'SELECT * EXCLUDE (message_id, user_id, text, emote_list) FROM messages', work);

/** The table has a row for each message. So there is one at a time, and it is dropped at once: DuckDB becomes slow when it has to write to its scratch directory. */
async function keep(connection: DuckDBConnection, view: string, sql: string, work: () => Promise<void>): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE kept AS ${sql}`);
  await connection.run(`CREATE OR REPLACE TEMP VIEW ${view} AS FROM kept`);
  await work();
  await connection.run('DROP TABLE kept');
}

/** Each in a transaction of its own: what is not committed stays in memory. */
async function replace(
  connection: DuckDBConnection,
  rollups: readonly Rollup[],
  hours: readonly Hour[],
): Promise<void> {
  for (const { name, sql } of rollups)
    await inTransaction(connection, async () => {
      await connection.run(`DELETE FROM ${STORE}.${name} WHERE ${within(hours)}`);
      // Pages ask for one channel. Rows in its order are found without reading the others.
      const order = OF_ALL.has(name) ? '' : ' ORDER BY channel';
      await connection.run(`INSERT INTO ${STORE}.${name} BY NAME FROM (${sql})${order}`);
    });
}

async function noteVersions(
  connection: DuckDBConnection,
  hours: readonly HourVersion[],
  changedAt: Date,
): Promise<void> {
  const at = `${literal(changedAt.toISOString())}::TIMESTAMPTZ`;
  const rows = hours.map(({ hour, version }) => `(${literal(hour)}, ${literal(version)}, 0, ${at})`);
  await connection.run(`DELETE FROM ${STORE}.hours WHERE ${within(hours.map(({ hour }) => hour))}`);
  await connection.run(`INSERT INTO ${STORE}.hours VALUES ${rows.join(', ')}`);
}

/**
 * A hash of what moderators have hidden in an hour: of the time-outs and deletions that concern somebody who wrote in it, each once.
 * @param ofHours a condition on the column `hour`
 * @param from the first of these hours
 */
const hidingIn = (ofHours: string, from: Hour): string => `
  SELECT hour, bit_xor(hash(channel, user_id, message_id, hidden_at)) AS hiding
  FROM (
    ${concerning('message_id IS NULL AND hidden.user_id = chatters.person', ofHours, from)}
    UNION
    ${concerning('message_id IS NOT NULL AND hidden.login = chatters.login', ofHours, from)}
  )
  GROUP BY hour`;

const concerning = (whom: string, ofHours: string, from: Hour): string => `
  SELECT chatters.hour, hidden.channel, hidden.user_id, hidden.message_id, hidden.hidden_at
  FROM (FROM ${STORE}.chatters WHERE ${ofHours}) AS chatters JOIN ${STORE}.hidden ON hidden.channel = chatters.channel AND ${whom}
  WHERE hidden.hour >= ${literal(from)} AND hidden_at >= first_at AND hidden_at < last_at + INTERVAL 1 DAY`;

async function noteHiding(connection: DuckDBConnection, hours: readonly Hour[]): Promise<void> {
  const [first = ''] = [...hours].sort();
  const ofHours = within(hours);
  await connection.run(
    `UPDATE ${STORE}.hours SET hiding = coalesce((SELECT now.hiding FROM (${hidingIn(ofHours, first)}) AS now WHERE now.hour = hours.hour), 0)
      WHERE ${ofHours}`,
  );
}

async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}
