import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/literal.ts';
import { DERIVED_VIEWS } from '../query/derived.ts';
import { STORE } from './rollup-store.ts';
import { LAST_TALLIES } from './scope.ts';

/** The views by whose rules we know who listened when, each after those that it reads. */
const VIEWS = ['runs', 'listening', 'listened', 'gaps'];

/**
 * Makes the table `channel_times`: when somebody listened to a channel (`listened`), and when nobody did although it was wanted (`missing`, or
 * `filled` if its lines were fetched later). The variables `page_from` and `page_to` must be set. All records of the channel are asked, because a
 * room may have been joined long ago; of a collector's tallies, which are many, the last one is enough.
 */
export async function findChannelTimes(connection: DuckDBConnection, channel: string): Promise<void> {
  const views = DERIVED_VIEWS.filter(({ name }) => VIEWS.includes(name)).map(
    ({ name, sql }) => `${name} AS MATERIALIZED (${sql})`,
  );
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE channel_times AS
    WITH coverage AS MATERIALIZED (
      SELECT collector, channel AS channel_id, login AS channel_login, happened_at, kind, reason, filled_until
      FROM ${STORE}.records WHERE channel = ${literal(channel)} AND kind <> 'tally'
      UNION ALL
      SELECT collector, NULL, NULL, max(happened_at), 'tally', NULL, NULL FROM ${LAST_TALLIES} GROUP BY collector
    ),
    ${views.join(',\n')},
    times AS (
      SELECT 'listened' AS state, began_at, ended_at, NULL AS reason FROM listened
      UNION ALL SELECT CASE WHEN is_filled THEN 'filled' ELSE 'missing' END, began_at, ended_at, reason FROM gaps
    )
    SELECT
      state, greatest(began_at, getvariable('page_from')) AS began_at, least(ended_at, getvariable('page_to')) AS ended_at, reason
    FROM times
    WHERE began_at < getvariable('page_to') AND coalesce(ended_at, 'infinity') > getvariable('page_from')`);
}
