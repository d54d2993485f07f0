import type { DuckDBConnection } from '@duckdb/node-api';
import { BROADCAST_GAPS } from '../../viz/queries.ts';
import { CHANNEL_NAMES, ROLLUPS } from '../../viz/rollups.ts';
import { literal } from '../duckdb/literal.ts';

/** A room may have been joined days before the broadcast. */
const RECORDS_BACK = '7 DAY';

const HOUR = `'%Y-%m-%dT%H'`;
const IN_HOURS = `hour BETWEEN (SELECT strftime(began_at, ${HOUR}) FROM broadcast)
  AND (SELECT strftime(ended_at - INTERVAL 1 SECOND, ${HOUR}) FROM broadcast)`;
const OF_CHANNEL = 'channel = (SELECT channel FROM broadcast)';
const UNTIL_END = '< (SELECT ended_at FROM broadcast)';

/** Rollups in which a row belongs to no channel. */
const OF_ALL = new Set(['counts', 'poll_totals', 'poll_groups', 'unread_lines']);

/** Those that know the time of a row exactly, and coverage, which has the joins before, and the tallies of all collectors. */
const CONDITIONS: Readonly<Record<string, string>> = {
  polls: `${OF_CHANNEL} AND stream_id = (SELECT stream_id FROM broadcast)`,
  message_counts: `${OF_CHANNEL} AND began_at ${UNTIL_END}
    AND began_at >= (SELECT time_bucket(INTERVAL 10 SECOND, began_at) FROM broadcast)`,
  moments: `${OF_CHANNEL} AND minute ${UNTIL_END} AND minute >= (SELECT date_trunc('minute', began_at) FROM broadcast)`,
  records: `(${OF_CHANNEL} AND happened_at ${UNTIL_END}
    AND hour >= (SELECT strftime(began_at - INTERVAL ${RECORDS_BACK}, ${HOUR}) FROM broadcast)) OR (kind = 'tally' AND ${IN_HOURS})`,
};

/**
 * Limits all rollups to a broadcast, and makes the tables `broadcast` and `broadcast_gaps`. The table `broadcasts` must be there.
 * @param store the schema that has the rollups with all rows
 */
export async function limitToBroadcast(connection: DuckDBConnection, store: string, streamId: string): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE broadcast AS FROM broadcasts WHERE stream_id = ${literal(streamId)}`,
  );
  for (const { name } of ROLLUPS) {
    const rows = CONDITIONS[name] ?? (OF_ALL.has(name) ? IN_HOURS : `${OF_CHANNEL} AND ${IN_HOURS}`);
    await connection.run(`CREATE OR REPLACE TEMP VIEW ${name} AS FROM ${store}.${name} WHERE ${rows}`);
  }
  await connection.run(CHANNEL_NAMES);
  await connection.run(BROADCAST_GAPS);
}
