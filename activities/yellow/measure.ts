import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/literal.ts';
import type { TableVersion } from './manifest.ts';

/** The rows of a written file, and their digest: the sum of the hashes of all rows, equal for equal rows in any order. */
export async function measure(connection: DuckDBConnection, file: string): Promise<TableVersion> {
  const measured = await connection.runAndReadAll(
    `SELECT count(*), coalesce(sum(hash(*COLUMNS(*))::HUGEINT), 0)::VARCHAR FROM read_parquet(${literal(file)})`,
  );
  const [rows, digest] = measured.getRows()[0] ?? [0, '0'];
  return { rows: Number(rows), digest: String(digest) };
}

/** The version of a table that has the rows of some others. */
export function sumOf(versions: readonly TableVersion[]): TableVersion {
  return {
    rows: versions.reduce((sum, { rows }) => sum + rows, 0),
    digest: String(versions.reduce((sum, { digest }) => sum + BigInt(digest), 0n)),
  };
}
