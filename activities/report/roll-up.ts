import type { DuckDBConnection } from '@duckdb/node-api';
import { BASE, FIRST_ROLLUPS, ROLLUPS, WORD_ROLLUPS } from '../../viz/rollups.ts';
import type { Rollup } from '../../viz/rollups.ts';
import type { Hour } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';

/** An hour, and the version of its files. */
export interface HourVersion {
  hour: Hour;
  version: string;
}

/**
 * Adds up these hours and puts them in the store, in one transaction. The connection must have the store, and views over yellow that have these
 * hours and no others.
 */
export async function rollUp(
  connection: DuckDBConnection,
  hours: readonly HourVersion[],
  changedAt: Date,
): Promise<void> {
  const ofHours = within(hours.map(({ hour }) => hour));
  for (const rollup of FIRST_ROLLUPS) {
    await addUp(connection, rollup);
    await connection.run(
      `CREATE OR REPLACE TEMP VIEW ${rollup.name} AS
        FROM ${STORE}.${rollup.name} WHERE NOT (${ofHours}) UNION ALL FROM ${added(rollup)}`,
    );
  }
  await createShown(connection);
  for (const rollup of ROLLUPS) if (!FIRST_ROLLUPS.includes(rollup)) await addUp(connection, rollup);
  const versions = hours.map(
    ({ hour, version }) =>
      `(${literal(hour)}, ${literal(version)}, 0, ${literal(changedAt.toISOString())}::TIMESTAMPTZ)`,
  );
  await inTransaction(connection, async () => {
    await replace(connection, ROLLUPS, ofHours);
    await connection.run(`DELETE FROM ${STORE}.hours WHERE ${ofHours}`);
    await connection.run(`INSERT INTO ${STORE}.hours VALUES ${versions.join(', ')}`);
    await noteHiding(
      connection,
      hours.map(({ hour }) => hour),
    );
  });
}

/** Makes only the rollups of words anew, because moderators have hidden something. */
export async function rollUpWords(
  connection: DuckDBConnection,
  hours: readonly Hour[],
  changedAt: Date,
): Promise<void> {
  const ofHours = within(hours);
  await connection.run(`CREATE OR REPLACE TEMP VIEW hidden AS FROM ${STORE}.hidden`);
  await createShown(connection);
  for (const rollup of WORD_ROLLUPS) await addUp(connection, rollup);
  await inTransaction(connection, async () => {
    await replace(connection, WORD_ROLLUPS, ofHours);
    await connection.run(
      `UPDATE ${STORE}.hours SET changed_at = ${literal(changedAt.toISOString())}::TIMESTAMPTZ WHERE ${ofHours}`,
    );
    await noteHiding(connection, hours);
  });
}

/** The hours in which moderators have hidden something since their words were added up. */
export async function hoursWithNewHiding(connection: DuckDBConnection, from: Hour): Promise<Hour[]> {
  const found = await connection.runAndReadAll(
    `SELECT hour FROM ${STORE}.hours LEFT JOIN (${hidingSince(literal(from))}) AS now USING (hour)
      WHERE hour >= ${literal(from)} AND hours.hiding <> coalesce(now.hiding, 0) ORDER BY hour`,
  );
  return found.getRowsJson().map(([hour]) => hour as Hour);
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

const added = ({ name }: Rollup): string => `added_${name}`;

async function addUp(connection: DuckDBConnection, rollup: Rollup): Promise<void> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${added(rollup)} AS ${rollup.sql}`);
}

/** `shown` as a table: four rollups ask it, and its words are the most work of all. */
async function createShown(connection: DuckDBConnection): Promise<void> {
  await connection.run(BASE);
  await connection.run('CREATE OR REPLACE TEMP TABLE words_shown AS FROM shown');
  await connection.run('CREATE OR REPLACE TEMP VIEW shown AS FROM words_shown');
}

async function replace(connection: DuckDBConnection, rollups: readonly Rollup[], ofHours: string): Promise<void> {
  for (const rollup of rollups) {
    await connection.run(`DELETE FROM ${STORE}.${rollup.name} WHERE ${ofHours}`);
    await connection.run(`INSERT INTO ${STORE}.${rollup.name} BY NAME FROM ${added(rollup)}`);
  }
}

/** A hash of what moderators have hidden in an hour: of the time-outs and deletions that concern somebody who wrote in it, each once. */
const hidingSince = (from: string): string => `
  SELECT hour, bit_xor(hash(channel, user_id, message_id, hidden_at)) AS hiding
  FROM (
    ${concerning('message_id IS NULL AND hidden.user_id = chatters.person', from)}
    UNION
    ${concerning('message_id IS NOT NULL AND hidden.login = chatters.login', from)}
  )
  GROUP BY hour`;

const concerning = (whom: string, from: string): string => `
  SELECT chatters.hour, hidden.channel, hidden.user_id, hidden.message_id, hidden.hidden_at
  FROM ${STORE}.hidden JOIN ${STORE}.chatters ON hidden.channel = chatters.channel AND ${whom}
  WHERE chatters.hour >= ${from} AND hidden.hour >= ${from} AND hidden_at >= first_at AND hidden_at < last_at + INTERVAL 1 DAY`;

async function noteHiding(connection: DuckDBConnection, hours: readonly Hour[]): Promise<void> {
  const [first = ''] = [...hours].sort();
  await connection.run(
    `UPDATE ${STORE}.hours SET hiding = coalesce((SELECT now.hiding FROM (${hidingSince(literal(first))}) AS now WHERE now.hour = hours.hour), 0)
      WHERE ${within(hours)}`,
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
