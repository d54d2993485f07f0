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

/** A tile is a hundred bytes here: some days of tiles that no compaction has united, and months of those that one has. */
const REMEMBERED = 65_536;

/** Tiles never change: what was seen in one is remembered, up to `remembered` tiles. Those that were asked for longest ago are forgotten. */
export function createTileHours(withDatabase: WithDatabase, remembered = REMEMBERED): TileHours {
  const known = new Map<string, Set<Hour>>();

  /** A map keeps the order in which its keys were set. */
  function remember(hours: ReadonlyMap<string, Set<Hour>>): void {
    for (const [file, set] of hours) {
      known.delete(file);
      known.set(file, set);
    }
    for (const file of known.keys()) {
      if (known.size <= remembered) return;
      known.delete(file);
    }
  }

  async function look(files: { chat: string[]; coverage: string[] }): Promise<Map<string, Set<Hour>>> {
    return withDatabase(async (connection) => {
      await createRedViews(connection, { ...files, streams: [] });
      await connection.run(LINES_SQL);
      const found = await connection.runAndReadAll(EVENT_HOURS_SQL);
      const hours = new Map([...files.chat, ...files.coverage].map((file) => [file, new Set<Hour>()]));
      for (const [file, number] of found.getRows()) hours.get(String(file))?.add(hourOfNumber(Number(number)));
      return hours;
    });
  }

  return {
    async of(files) {
      const unknown = (list: string[]): string[] => list.filter((file) => !known.has(file));
      const toLookInto = { chat: unknown(files.chat), coverage: unknown(files.coverage) };
      // Taken before what is new makes anything be forgotten.
      const hours = new Map(
        [...files.chat, ...files.coverage].map((file) => [file, known.get(file) ?? new Set<Hour>()]),
      );
      if (toLookInto.chat.length + toLookInto.coverage.length > 0)
        for (const [file, set] of await look(toLookInto)) hours.set(file, set);
      remember(hours);
      return hours;
    },
  };
}
