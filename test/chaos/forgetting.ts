import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../../activities/duckdb/database.ts';
import { literal } from '../../activities/duckdb/literal.ts';
import { Random } from '../../infra/twitch-simulator/random.ts';
import { forgetId } from '../../workflows/ids.ts';
import type { forgetUser } from '../../workflows/forget-user.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { faults } from './faults.ts';
import { NotDone } from './not-done.ts';
import type { Stage } from './stage.ts';
import { fetchYellow } from './yellow-files.ts';

/** What a run found after it had forgotten a user beside faults. */
export interface Forgetting {
  /** Faults that happened meanwhile. */
  faults: string[];
  /** Rows of the user in chat before. */
  rowsBefore: number;
  /** Number of files of red and yellow that had the id or the login before. Without any, the search proves nothing. */
  filesBefore: number;
  /** Files of red and yellow that still have them. */
  filesLeft: string[];
  /** Rows of other users in chat that are missing or new. */
  othersChanged: number;
  /** Lines of red that are missing or new: erased lines stay as such. */
  linesChanged: number;
}

const FAULTS = ['kill-refiner', 'kill-namenode', 'kill-refiner', 'kill-orchestrator', 'kill-datanode', 'kill-refiner'];
const WITHIN_MS = 300_000;

/** Forgets the user who wrote most, once everything has arrived, while processes are killed at times that the seed determines. */
export async function forgetSomebody(stage: Stage, withDatabase: WithDatabase, seed: number): Promise<Forgetting> {
  const directory = join(stage.directory, 'forgetting');
  const before = await readChat(stage, withDatabase, join(directory, 'before'));
  const user = before.mostTalkative;
  const handle = await stage.temporal.workflow.start<typeof forgetUser>('forgetUser', {
    workflowId: forgetId(user.id),
    taskQueue: TASK_QUEUES.orchestrate,
    args: [{ userId: user.id }],
  });
  const finished = handle.result();
  const happened = await disturb(stage, finished, new Random(`forgetting/${seed}`));
  const late = delay(WITHIN_MS, 'late', { ref: false });
  if ((await Promise.race([finished, late])) === 'late')
    throw new Error(`Expected ${forgetId(user.id)} to end within ${WITHIN_MS / 1_000} s of the last fault.`);
  const after = await readChat(stage, withDatabase, join(directory, 'after'), user);
  return {
    faults: happened,
    rowsBefore: user.rows,
    filesBefore: before.filesWithUser.length,
    filesLeft: after.filesWithUser,
    othersChanged: differences(before.ofOthers(user.id), after.ofOthers(user.id)),
    linesChanged: differences(before.redLines, after.redLines),
  };
}

async function disturb(stage: Stage, finished: Promise<unknown>, random: Random): Promise<string[]> {
  const happened: string[] = [];
  for (const name of FAULTS) {
    const ended = await Promise.race([finished.then(() => true), delay(random.between(300, 3_000), false)]);
    if (ended) break;
    const end = await faults[name]?.begin(stage, random);
    if (end !== undefined && !(end instanceof NotDone)) happened.push(name);
  }
  return happened;
}

interface User {
  id: string;
  login: string;
  rows: number;
}

interface Chat {
  mostTalkative: User;
  /** The messages of all but one user. */
  ofOthers(userId: string): string[];
  /** Partition and offset of each line of red. */
  redLines: string[];
  filesWithUser: string[];
}

/**
 * Reads all of red and yellow, and looks for a user in each row as a text, without any knowledge of columns.
 * @param user the most talkative by default
 */
async function readChat(stage: Stage, withDatabase: WithDatabase, directory: string, user?: User): Promise<Chat> {
  const red = await fetchRed(stage, join(directory, 'red'));
  const files = [...red];
  for (const table of ['chat', 'events', 'moderation', 'quarantine'] as const) {
    await fetchYellow(stage, table, directory);
    files.push(...(await stage.hdfs.list(`${stage.root}/yellow/${table}`)).map(({ path }) => join(directory, table, basename(path), '*.parquet'))); // prettier-ignore
  }
  return withDatabase(async (connection) => {
    const chat = `read_parquet(${literal(join(directory, 'chat', '*', '*.parquet'))}, union_by_name = true)`;
    const messages = await rowsOf(connection, `SELECT user_id, concat_ws(' ', message_id, channel_id, user_id, sent_at) FROM ${chat} ORDER BY ALL`); // prettier-ignore
    const [most] = await rowsOf(connection, `SELECT user_id, user_login, count(*) FROM ${chat} WHERE user_id IS NOT NULL GROUP BY ALL ORDER BY 3 DESC, 1 LIMIT 1`); // prettier-ignore
    const redLines = await rowsOf(connection, `SELECT concat_ws(' ', kafka_partition, kafka_offset) FROM read_parquet(${literal(join(directory, 'red', '*.parquet'))}) ORDER BY ALL`); // prettier-ignore
    const [id = '', login = '', rows = '0'] = (most ?? []).map(String);
    const mostTalkative = { id, login, rows: Number(rows) };
    const filesWithUser: string[] = [];
    for (const file of files)
      if (await tells(connection, file, user ?? mostTalkative)) filesWithUser.push(file.slice(directory.length + 1));
    return {
      mostTalkative,
      ofOthers: (userId) => messages.filter(([of]) => of !== userId).map(([, text]) => String(text)),
      redLines: redLines.map(([line]) => String(line)),
      filesWithUser,
    };
  });
}

async function fetchRed({ hdfs, root }: Stage, directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const files: string[] = [];
  for (const hour of await hdfs.list(`${root}/red/chat`))
    for (const { path } of (await hdfs.list(hour.path)).filter((file) => file.path.endsWith('.parquet'))) {
      const local = join(directory, `${basename(hour.path).replace('=', '-')}-${basename(path)}`);
      await hdfs.download(path, local);
      files.push(local);
    }
  return files;
}

async function tells(connection: DuckDBConnection, file: string, { id, login }: User): Promise<boolean> {
  const word = literal(`(?i)(^|[^0-9a-z_])(${id}|${login})($|[^0-9a-z_])`);
  const rows = `read_parquet(${literal(file)}, union_by_name = true, hive_partitioning = false)`;
  const [found] = await rowsOf(
    connection,
    `SELECT count(*) FROM ${rows} AS it WHERE regexp_matches(it::VARCHAR, ${word})`,
  );
  return Number(found?.[0]) > 0;
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

/** How many of the texts are in one list only. A repeated one counts as often. */
function differences(before: readonly string[], after: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of before) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of after) counts.set(text, (counts.get(text) ?? 0) - 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
