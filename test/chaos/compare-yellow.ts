import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../../activities/duckdb/database.ts';
import { openCalmLake } from './calm.ts';
import type { Excuses } from './excuses.ts';
import { unexplainedGap } from './unexplained-gap.ts';
import { Listening } from './listening.ts';
import type { CoverageRow } from './listening.ts';
import type { Stage } from './stage.ts';
import { fetchYellow } from './yellow-files.ts';

export interface YellowComparison {
  /** Number of rows of chat. */
  yellow: number;
  /** The ids of messages with an id from Twitch. */
  messageIds: ReadonlySet<string>;
  /** Rows of chat and events with a duplicate id. */
  duplicatesInYellow: number;
  /** Messages and events that were never sent. */
  neverSent: number;
  /**
   * Messages and events that were sent and are missing in yellow: declared (coverage reports that nobody listened, and a fault explains it)
   * and undeclared.
   */
  gapsDeclared: number;
  gapsUndeclared: number;
  /** The first few undeclared ones with the reason, for people. */
  undeclared: string[];
  /** Whether the rows equal those of the calm run without the declared gaps, hour by hour, except for when and where they arrived. */
  digestEqual: boolean;
  /** Hours with more than one file, by table. */
  crowdedHours: string[];
  /** Messages that collectors reported as acknowledged and that are missing in red, by window. */
  lostOfReported: number;
}

const IDS = { chat: 'message_id', events: 'event_id' } as const;
/** Columns that depend on when and by whom a line was received. */
const OF_ARRIVAL = 'received_at, appended_at, collector, kafka_partition, kafka_offset, channel_id';
/** Lines without an id are identified by their offset, which differs in each run. */
const withId = (table: keyof typeof IDS) => `NOT starts_with(${IDS[table]}, 'twitch.chat-')`;

/** Compares yellow with the calm run of the same scenario. */
export async function compareYellow(
  stage: Stage,
  withDatabase: WithDatabase,
  excuses: Excuses,
): Promise<YellowComparison> {
  const calm = await openCalmLake(stage.sent.lines);
  try {
    return await withDatabase(async (connection) => {
      const directory = join(stage.directory, 'yellow');
      const crowdedHours: string[] = [];
      for (const table of ['chat', 'events', 'coverage', 'tallies'] as const) {
        const real = await fetchYellow(stage, table, directory);
        crowdedHours.push(...real.crowdedHours);
        await connection.run(`CREATE TABLE ${table} AS FROM ${real.from ?? `(SELECT 1 WHERE false)`}`);
      }
      for (const table of ['chat', 'events'] as const) {
        const { from } = await fetchYellow({ hdfs: calm.deps.hdfs, root: calm.root }, table, join(directory, 'calm'));
        await connection.run(`CREATE TABLE calm_${table} AS FROM ${from ?? table}`);
      }
      return { ...(await compare(stage, connection, excuses)), crowdedHours };
    });
  } finally {
    await calm.remove();
  }
}

async function compare(
  { sent }: Stage,
  connection: DuckDBConnection,
  excuses: Excuses,
): Promise<Omit<YellowComparison, 'crowdedHours'>> {
  const found = { duplicatesInYellow: 0, neverSent: 0, gapsDeclared: 0, gapsUndeclared: 0, undeclared: [] as string[] };
  const listening = new Listening(await readCoverage(connection));
  const times = sent.timesById();
  let digestEqual = true;
  for (const table of ['chat', 'events'] as const) {
    const id = IDS[table];
    found.duplicatesInYellow += await number(connection, `SELECT count(*) - count(DISTINCT ${id}) FROM ${table}`);
    found.neverSent += await number(
      connection,
      `SELECT count(*) FROM ${table} ANTI JOIN calm_${table} USING (${id}) WHERE ${withId(table)}`,
    );
    await connection.run(`CREATE TABLE declared_${table} (id VARCHAR)`);
    const missing = await texts(
      connection,
      `SELECT ${id} FROM calm_${table} ANTI JOIN ${table} USING (${id}) WHERE ${withId(table)}`,
    );
    for (const one of missing) {
      const why = unexplainedGap(times.get(one) ?? { channelLogin: '', atMs: [] }, listening, excuses);
      if (why === undefined) {
        found.gapsDeclared += 1;
        await connection.run(`INSERT INTO declared_${table} VALUES ($1)`, [one]);
      } else {
        found.gapsUndeclared += 1;
        found.undeclared.push(`${one} ${why}`);
      }
    }
    const digest = (from: string) =>
      texts(
        connection,
        `SELECT coalesce(sum(md5_number_lower(to_json(t)::VARCHAR)), 0)::VARCHAR FROM (SELECT * EXCLUDE (${OF_ARRIVAL}) FROM ${from}) t`,
      );
    const real = await digest(`${table} WHERE ${withId(table)}`);
    const calm = await digest(`calm_${table} WHERE ${withId(table)} AND ${id} NOT IN (FROM declared_${table})`);
    digestEqual &&= real[0] === calm[0];
  }
  return {
    yellow: await number(connection, 'SELECT count(*) FROM chat'),
    messageIds: new Set(await texts(connection, `SELECT message_id FROM chat WHERE ${withId('chat')}`)),
    ...found,
    undeclared: found.undeclared.slice(0, 5),
    digestEqual,
    lostOfReported: await countLostOfReported(connection),
  };
}

async function readCoverage(connection: DuckDBConnection): Promise<CoverageRow[]> {
  const read = await connection.runAndReadAll(
    'SELECT kind, collector, channel_login, epoch_ms(happened_at) FROM coverage',
  );
  return read.getRowsJS().map(([kind, collector, channelLogin, atMs]) => ({
    kind: kind as CoverageRow['kind'],
    collector: collector as string,
    channelLogin: channelLogin as string | null,
    atMs: Number(atMs),
  }));
}

/** Red may have more messages of a window than reported, since Kafka has lines twice after a lost answer, but never fewer. */
function countLostOfReported(connection: DuckDBConnection): Promise<number> {
  return number(
    connection,
    `SELECT coalesce(sum(greatest(0, acknowledged - coalesce(red, 0))), 0)::INTEGER
    FROM (SELECT collector, happened_at AS window_start, acknowledged FROM coverage WHERE kind = 'tally')
    LEFT JOIN (SELECT collector, window_start, sum(red_messages) AS red FROM tallies GROUP BY ALL) USING (collector, window_start)`,
  );
}

async function number(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[]> {
  return (await connection.runAndReadAll(sql)).getRows().map(([text]) => String(text));
}
