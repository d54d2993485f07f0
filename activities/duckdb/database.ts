import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs `work` with a connection to a database of its own, in memory, which is closed afterwards. */
export type WithDatabase = <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>;

interface DatabaseOptions {
  /** What one database may hold in memory before it spills to the scratch directory, in MiB, at least 64. */
  memoryLimitMb: number;
  /** Threads of one database, at least 1. */
  threads: number;
  /** A local directory that databases may spill to; made when needed. What they write there goes with them. */
  scratchDirectory: string;
}

/**
 * Databases that behave the same everywhere: times in UTC, a bound on memory and threads, and no extension but those built in (nothing is
 * ever fetched).
 */
export function createDatabases(options: DatabaseOptions): WithDatabase {
  const temporaryDirectory = join(options.scratchDirectory, 'duckdb');
  return async (work) => {
    await mkdir(temporaryDirectory, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryLimitMb}MiB`,
      threads: String(options.threads),
      temp_directory: temporaryDirectory,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    try {
      const connection = await instance.connect();
      try {
        await connection.run("SET TimeZone = 'UTC'");
        return await work(connection);
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  };
}
