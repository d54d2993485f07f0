import { join } from 'node:path';
import type { Disk } from '../../common/disk.ts';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal } from '../duckdb/literal.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { createKeptLine } from '../opt-out/kept-line.ts';
import type { People } from '../opt-out/redact-line.ts';
import type { Tile } from '../red/tile.ts';

/**
 * Tiles for an engine that cannot redact lines itself: what may be kept of a line is decided in TypeScript. A tile with lines of these people is
 * replaced by a redacted copy in `directory` of HDFS, which must exist.
 */
export async function redactedTiles(
  deps: { hdfs: Hdfs; withDatabase: WithDatabase; disk: Disk; scratchDirectory: string },
  tiles: readonly Tile[],
  people: People,
  directory: string,
  signal: AbortSignal,
): Promise<Tile[]> {
  const { hdfs, disk } = deps;
  const redacted: Tile[] = [];
  const local = await disk.makeDirectory(join(deps.scratchDirectory, 'redacted-'));
  const [tileFile, copy] = [join(local, 'tile.parquet'), join(local, 'copy.parquet')];
  try {
    for (const [place, tile] of tiles.entries()) {
      signal.throwIfAborted();
      await hdfs.download(tile.path, tileFile);
      const isCopied = await redact(deps.withDatabase, tileFile, copy, people);
      const path = `${directory}/red-${place}.parquet`;
      if (isCopied) await hdfs.upload(copy, path, { createParent: false });
      redacted.push(isCopied ? { ...tile, path } : tile);
      await disk.remove(tileFile);
    }
  } finally {
    await disk.remove(local);
  }
  return redacted;
}

/** Writes the copy, unless no line is redacted. */
function redact(withDatabase: WithDatabase, file: string, copy: string, people: People): Promise<boolean> {
  return withDatabase(async (connection) => {
    await createKeptLine(connection, people);
    const lines = `read_parquet(${literal(file)}, hive_partitioning = false)`;
    const found = await connection.runAndReadAll(`SELECT 1 FROM ${lines} WHERE kept_line(line) <> line LIMIT 1`);
    if (found.currentRowCount === 0) return false;
    await connection.run(
      `COPY (SELECT * REPLACE (kept_line(line) AS line) FROM ${lines}) TO ${literal(copy)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    return true;
  });
}
