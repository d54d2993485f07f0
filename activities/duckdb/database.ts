import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Runs `work` with a connection to a new in-memory database, which is closed afterwards. */
export type WithDatabase = <T>(work: (connection: DuckDBConnection) => Promise<T>) => Promise<T>;

interface DatabaseOptions {
  /** Memory of one database before it spills to the scratch directory, in MiB, at least 64. */
  memoryLimitMb: number;
  /** Threads of one database, at least 1. */
  threads: number;
  /** A local directory for spilled data; created if needed. A closed database removes its data. */
  scratchDirectory: string;
}

/**
 * Creates databases with the same behaviour everywhere: UTC, limited memory and threads, and only built-in extensions (nothing is downloaded).
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
        // DuckDB takes nested loops if it expects few rows, and expects too few of grouped ones: ten times slower.
        await connection.run('SET asof_loop_join_threshold = 0');
        return await work(connection);
      } finally {
        connection.closeSync();
      }
    } finally {
      instance.closeSync();
    }
  };
}
