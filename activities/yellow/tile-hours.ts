import type { WithDatabase } from '../duckdb/database.ts';
import type { Hour } from '../../workflows/hour.ts';
import { hourOfNumber } from './hour-number.ts';
import { createRedViews } from './red-views.ts';
import { LINES_SQL } from './sql-text.ts';

const EVENT_HOURS_SQL = `
  SELECT filename, hour_of(event_at)::BIGINT FROM timed_lines
  WHERE table_of(command) IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT filename, hour_of(happened_at)::BIGINT FROM records WHERE happened_at IS NOT NULL GROUP BY ALL`;

/** Which hours of yellow the lines of a tile belong to: nearly always the tile's own, and at the edges a neighbour; late ones an old hour. */
export interface TileHours {
  /** The event hours by file, for all files given. */
  of(files: { chat: string[]; coverage: string[] }): Promise<Map<string, Set<Hour>>>;
}

/** Tiles never change, so each is looked into once in the life of the process. */
export function createTileHours(withDatabase: WithDatabase): TileHours {
  const known = new Map<string, Set<Hour>>();

  async function look(files: { chat: string[]; coverage: string[] }): Promise<void> {
    await withDatabase(async (connection) => {
      await createRedViews(connection, { ...files, streams: [] });
      await connection.run(LINES_SQL);
      const found = await connection.runAndReadAll(EVENT_HOURS_SQL);
      for (const file of [...files.chat, ...files.coverage]) known.set(file, new Set());
      for (const [file, number] of found.getRows()) known.get(String(file))?.add(hourOfNumber(Number(number)));
    });
  }

  return {
    async of(files) {
      const unknown = (list: string[]): string[] => list.filter((file) => !known.has(file));
      const toLookInto = { chat: unknown(files.chat), coverage: unknown(files.coverage) };
      if (toLookInto.chat.length + toLookInto.coverage.length > 0) await look(toLookInto);
      return new Map([...files.chat, ...files.coverage].map((file) => [file, known.get(file) ?? new Set<Hour>()]));
    },
  };
}
