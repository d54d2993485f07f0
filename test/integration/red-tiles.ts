import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../activities/duckdb/database.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { tableDirectory } from '../../activities/red/list-tiles.ts';
import { writeTile } from '../../activities/load/parquet.ts';
import { Spool } from '../../activities/load/spool.ts';
import { formatTile } from '../../activities/red/tile.ts';
import type { RedTable } from '../../activities/red/tables.ts';
import { hourOf } from '../../workflows/hour.ts';

/** A row of red for tests, with defaults. */
export interface TestRow {
  line: string | Buffer;
  appendedAt: string;
  receivedAt?: string | null;
  collector?: string;
  key?: string;
}

/** Writes tiles to its own red, with increasing offsets of partition 0. */
export class RedTiles {
  readonly directory: string;
  readonly withDatabase: ReturnType<typeof createDatabases>;
  readonly #hdfs: Hdfs;
  readonly #root: string;
  readonly #next: Record<RedTable, bigint> = { chat: 0n, coverage: 0n };

  constructor(directory: string, hdfs: Hdfs, root: string) {
    this.directory = directory;
    this.#hdfs = hdfs;
    this.#root = root;
    this.withDatabase = createDatabases({
      memoryLimitMb: 256,
      threads: 1,
      scratchDirectory: join(directory, 'scratch'),
    });
  }

  /** Writes one tile. All rows must have the append hour of the first. @returns its path */
  async add(table: RedTable, rows: TestRow[]): Promise<string> {
    const hour = hourOf(Date.parse(rows[0]?.appendedAt ?? ''));
    const spool = new Spool({ hour, from: this.#next[table], openedAtMs: 0 });
    for (const { line, appendedAt, receivedAt = appendedAt, collector = 'c1', key = '1' } of rows) {
      spool.append({
        offset: spool.to,
        appendedAtMs: Date.parse(appendedAt),
        receivedAtMs: receivedAt === null ? null : Date.parse(receivedAt),
        collector: Buffer.from(collector),
        key: Buffer.from(key),
        line: Buffer.from(line),
      });
    }
    this.#next[table] = spool.to;
    const path = `${tableDirectory(this.#root, table)}/${formatTile({ partition: 0, from: spool.from, to: spool.to, hour })}`;
    const local = join(this.directory, `${table}-${spool.from}.parquet`);
    await writeTile(this.withDatabase, spool, { table, topic: `twitch.${table}`, partition: 0, file: local });
    await this.#hdfs.upload(local, path, { createParent: true });
    await rm(local);
    return path;
  }
}

/** A directory of the test, and a function that removes it. */
export async function temporaryDirectory(name: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `chatlake-${name}-`));
  await mkdir(path, { recursive: true });
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
