import type { WithDatabase } from '../duckdb/database.ts';
import type { Hour } from '../../workflows/hour.ts';
import { readEventHours } from '../red/stored-event-hours.ts';
import { hourOfNumber } from './hour-number.ts';
import { createRedViews } from './red-views.ts';
import { LINES_SQL } from './sql-text.ts';

const EVENT_HOURS_SQL = `
  SELECT filename, hour_of(event_at)::BIGINT FROM timed_lines
  WHERE table_of(command) IS NOT NULL GROUP BY ALL
  UNION ALL
  SELECT filename, hour_of(happened_at)::BIGINT FROM records WHERE happened_at IS NOT NULL GROUP BY ALL`;

/** The hours of yellow to which the lines of a tile belong: mostly its own, a neighbour at the edges, and old hours for late lines. */
export interface TileHours {
  /** The event hours of each file. */
  of(files: { chat: string[]; coverage: string[] }): Promise<Map<string, Set<Hour>>>;
}

/** About 100 bytes each: enough for some days of tiles before compaction, or months after it. */
const MAX_CACHED = 65_536;

/** Caches the hours of up to `maxCached` tiles, which never change. Evicts the least recently used. */
export function createTileHours(withDatabase: WithDatabase, maxCached = MAX_CACHED): TileHours {
  const known = new Map<string, Set<Hour>>();

  /** Relies on the insertion order of maps. */
  function remember(hours: ReadonlyMap<string, Set<Hour>>): void {
    for (const [file, set] of hours) {
      known.delete(file);
      known.set(file, set);
    }
    for (const file of known.keys()) {
      if (known.size <= maxCached) return;
      known.delete(file);
    }
  }

  /** Chat tiles tell their hours, except old and odd ones. Only these and coverage are parsed. */
  async function query(files: { chat: string[]; coverage: string[] }): Promise<Map<string, Set<Hour>>> {
    return withDatabase(async (connection) => {
      const told = await readEventHours(connection, files.chat);
      const hours = new Map([...files.chat, ...files.coverage].map((file) => [file, new Set<Hour>(told.get(file))]));
      const chat = files.chat.filter((file) => !told.has(file));
      await createRedViews(connection, { chat, coverage: files.coverage, streams: [] });
      await connection.run(LINES_SQL);
      const found = await connection.runAndReadAll(EVENT_HOURS_SQL);
      for (const [file, number] of found.getRows()) hours.get(String(file))?.add(hourOfNumber(Number(number)));
      return hours;
    });
  }

  return {
    async of(files) {
      const unknown = (list: string[]): string[] => list.filter((file) => !known.has(file));
      const missing = { chat: unknown(files.chat), coverage: unknown(files.coverage) };
      // Read the cache before new entries evict old ones.
      const hours = new Map(
        [...files.chat, ...files.coverage].map((file) => [file, known.get(file) ?? new Set<Hour>()]),
      );
      if (missing.chat.length + missing.coverage.length > 0)
        for (const [file, set] of await query(missing)) hours.set(file, set);
      remember(hours);
      return hours;
    },
  };
}
