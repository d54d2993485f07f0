import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/literal.ts';

/** The rows of a written file, and their digest: the sum of the hashes of all rows, equal for equal rows in any order. */
export async function measure(connection: DuckDBConnection, file: string): Promise<{ rows: number; digest: string }> {
  const measured = await connection.runAndReadAll(
    `SELECT count(*), coalesce(sum(hash(*COLUMNS(*))::HUGEINT), 0)::VARCHAR FROM read_parquet(${literal(file)})`,
  );
  const [rows, digest] = measured.getRows()[0] ?? [0, '0'];
  return { rows: Number(rows), digest: String(digest) };
}
