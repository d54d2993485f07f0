import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../activities/duckdb/database.ts';
import type { YellowTable } from '../../activities/yellow/manifest.ts';
import { fetchYellow } from '../chaos/yellow-files.ts';
import type { ReasonedRow } from './compare-coverage.ts';
import type { Stage } from './stage.ts';

type Lake = Pick<Stage, 'directory' | 'hdfs' | 'root'>;

/** The current yellow tables. */
export class Yellow {
  readonly #stage: Lake;
  readonly #withDatabase;
  #reads = 0;

  constructor(stage: Lake) {
    this.#stage = stage;
    const scratchDirectory = join(stage.directory, 'looking');
    this.#withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory });
  }

  async coverage(): Promise<ReasonedRow[]> {
    return this.#read('coverage', async (connection, from) => {
      const read = await connection.runAndReadAll(
        `SELECT kind, collector, channel_login, epoch_ms(happened_at), reason FROM ${from} WHERE kind IS NOT NULL`,
      );
      return read.getRowsJS().map(([kind, collector, channelLogin, atMs, reason]) => ({
        kind: kind as ReasonedRow['kind'],
        collector: collector as string,
        channelLogin: channelLogin as string | null,
        atMs: Number(atMs),
        reason: reason as string | null,
      }));
    });
  }

  async messageIds(): Promise<string[]> {
    return this.#read('chat', async (connection, from) => {
      const read = await connection.runAndReadAll(`SELECT message_id FROM ${from}`);
      return read.getRows().map(([id]) => String(id));
    });
  }

  async #read<T>(table: YellowTable, work: (connection: DuckDBConnection, from: string) => Promise<T[]>): Promise<T[]> {
    this.#reads += 1;
    const { from } = await fetchYellow(this.#stage, table, join(this.#stage.directory, `yellow-${this.#reads}`));
    return from === undefined ? [] : this.#withDatabase((connection) => work(connection, from));
  }
}

/** Describes messages that were delivered but are missing in yellow, are in yellow more than once, or were never delivered. */
export function idProblems(delivered: readonly string[], yellow: readonly string[]): string[] {
  const [sent, kept] = [new Set(delivered), new Set(yellow)];
  const count = (what: number, words: string): string[] => (what === 0 ? [] : [`${what} messages ${words}`]);
  return [
    ...count([...sent].filter((id) => !kept.has(id)).length, 'were delivered but are not in yellow'),
    ...count([...kept].filter((id) => !sent.has(id)).length, 'are in yellow and were never delivered'),
    ...count(yellow.length - kept.size, 'are in yellow more than once'),
  ];
}
