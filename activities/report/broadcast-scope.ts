import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_GAPS } from '../../viz/queries.ts';
import { CHANNEL_NAMES, ROLLUPS } from '../../viz/rollups.ts';
import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';
import { channelTable, OF_ALL } from './scope.ts';

/** A room may have been joined days before the broadcast. */
const HOURS_BACK = 7 * 24;

/** A row of the table `broadcasts`. Its times are as SQL has them. */
interface Span {
  channel: string;
  began: string;
  ended: string;
  /** The first and the last hour of it. */
  from: Hour;
  to: Hour;
}

/**
 * Limits all rollups to a broadcast of the table `broadcasts`, and makes the tables `broadcast` and `broadcast_gaps`. The rollups must be limited to
 * its channel.
 */
export async function limitToBroadcast(connection: DuckDBConnection, streamId: string): Promise<void> {
  const id = literal(streamId);
  await connection.run(`CREATE OR REPLACE TEMP TABLE broadcast AS FROM broadcasts WHERE stream_id = ${id}`);
  const found = await connection.runAndReadAll(`
    SELECT channel, began_at::VARCHAR AS began, ended_at::VARCHAR AS ended, strftime(began_at, '%Y-%m-%dT%H') AS from,
      strftime(ended_at - INTERVAL 1 SECOND, '%Y-%m-%dT%H') AS to
    FROM broadcast`);
  const [span] = found.getRowObjectsJS() as unknown as Span[];
  if (span === undefined) throw new Error(`Expected a broadcast with the id ${streamId}, got none.`);
  // Literals, so that DuckDB skips what it does not need of a month.
  for (const { name } of ROLLUPS)
    await connection.run(
      `CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${sourceOf(name)} WHERE ${conditionOf(name, span, id)}`,
    );
  await connection.run(CHANNEL_NAMES);
  await connection.run(BROADCAST_GAPS);
}

/** Tallies are of no channel. */
const sourceOf = (rollup: string): string =>
  rollup === 'records' || OF_ALL.has(rollup) ? `${STORE}.${rollup}` : channelTable(rollup);

/** Some rollups know the time of a row exactly, the others its hour. */
function conditionOf(rollup: string, { channel, began, ended, from, to }: Span, id: string): string {
  const inHours = `hour BETWEEN ${literal(from)} AND ${literal(to)}`;
  const ofChannel = `channel = ${literal(channel)}`;
  const between = (time: string, unit: string): string =>
    `${ofChannel} AND ${inHours} AND ${time} >= time_bucket(INTERVAL ${unit}, ${literal(began)}::TIMESTAMPTZ) AND ${time} < ${literal(ended)}::TIMESTAMPTZ`;
  if (rollup === 'polls') return `${ofChannel} AND ${inHours} AND stream_id = ${id}`;
  if (rollup === 'message_counts') return between('began_at', '10 SECOND');
  if (rollup === 'moments') return between('minute', '1 MINUTE');
  if (rollup === 'records') {
    const before = `hour BETWEEN ${literal(addHours(from, -HOURS_BACK))} AND ${literal(to)}`;
    return `(${ofChannel} AND ${before} AND happened_at < ${literal(ended)}::TIMESTAMPTZ) OR (kind = 'tally' AND ${inHours})`;
  }
  return OF_ALL.has(rollup) ? inHours : `${ofChannel} AND ${inHours}`;
}
