import { z } from 'zod';
import { findSharedRows } from '../../activities/red/tiling.ts';
import type { Hour } from '../../workflows/hour.ts';
import { ROOT } from './crash-points.ts';
import type { RedWatch, WatchedTile } from './red-watch.ts';
import { formatRow, isForgotten, keptRow, parseRows, versionOf, yellowOf, YELLOW_TABLES } from './row-files.ts';
import type { Row, YellowTexts } from './row-files.ts';

/** The checked part of a manifest. */
const manifest = z.object({
  hour: z.string(),
  redFiles: z.array(z.string()),
  tables: z.record(z.string(), z.object({ rows: z.number(), digest: z.string() })),
  optOut: z.string(),
  complete: z.boolean(),
});
type Manifest = z.infer<typeof manifest>;

const MANIFEST_NAME = new RegExp(`^${ROOT}/yellow/manifests/(.*)\\.json$`);
const TABLE_NAME = new RegExp(`^${ROOT}/yellow/chat/hour=(.*)/part\\.parquet$`);

/**
 * Checks yellow after each change of a name: a manifest agrees with its red files and with the tables. No two
 * of its red files share rows. Neither a message nor a red row disappears from yellow, except messages of a forgotten user.
 */
export class YellowWatch {
  readonly manifests = new Map<Hour, Manifest>();
  /** The message ids of the newest manifest, by hour. */
  readonly #reportedIds = new Map<Hour, string[]>();
  readonly #red: RedWatch;
  readonly #forgetting: { isEntered: boolean };
  readonly #contentOf: (path: string) => string | undefined;
  readonly #violated: (what: string) => void;

  constructor(
    red: RedWatch,
    forgetting: { isEntered: boolean },
    contentOf: (path: string) => string | undefined,
    violated: (what: string) => void,
  ) {
    this.#red = red;
    this.#forgetting = forgetting;
    this.#contentOf = contentOf;
    this.#violated = violated;
  }

  named(path: string, content: string, by: 'creation' | 'rename'): void {
    if (!isOfYellow(path)) return;
    if (by === 'creation') return this.#violated(`${path} was made under its final name`);
    const tableHour = TABLE_NAME.exec(path)?.[1];
    if (tableHour !== undefined) this.#tableNamed(tableHour, content);
    if (MANIFEST_NAME.test(path)) this.#manifestNamed(manifest.parse(JSON.parse(content)));
  }

  removed(path: string): void {
    if (!isOfYellow(path)) return;
    const hour = TABLE_NAME.exec(path)?.[1];
    if (hour !== undefined) this.#tableNamed(hour, '');
    else if (MANIFEST_NAME.test(path)) this.#violated(`${path} was removed`);
  }

  /** The tables of all manifests. */
  digests(): string {
    return JSON.stringify([...this.manifests].map(([hour, { tables }]) => [hour, tables]));
  }

  /** Describes differences between the tables and the manifest of an hour. */
  difference(hour: Hour): string | undefined {
    const found = this.manifests.get(hour);
    if (found === undefined) return `${hour} has no manifest`;
    const wanted = this.#madeOf(found);
    const lying = this.tablesOf(hour);
    for (const table of YELLOW_TABLES) {
      const { rows, digest } = versionOf(wanted[table]);
      const entry = found.tables[table];
      // Made without the list, and perhaps of files that were already rewritten.
      if (this.#forgetting.isEntered && found.optOut === '') {
        const textOf = table === 'chat' ? othersIn : (content: string) => content;
        if (table !== 'events' && textOf(lying[table]) !== textOf(wanted[table]))
          return `yellow's ${table} of ${hour} is not what the red files of its manifest make, without the user`;
        continue;
      }
      if (lying[table] !== wanted[table])
        return `yellow's ${table} of ${hour} is not what the red files of its manifest make`;
      if (entry?.rows !== rows || entry.digest !== digest) return `the manifest of ${hour} has another ${table}`;
    }
    return undefined;
  }

  /** The hours that still have messages of the user. */
  traces(): Hour[] {
    return [...this.manifests.keys()].filter((hour) => {
      const { chat, events } = this.tablesOf(hour);
      return [...idsOf(chat), ...idsOf(events)].some(isForgotten);
    });
  }

  /** The tables of an hour in HDFS. A missing table has no rows. */
  tablesOf(hour: Hour): YellowTexts {
    const contentOf = (table: string) => this.#contentOf(`${ROOT}/yellow/${table}/hour=${hour}/part.parquet`) ?? '';
    return { chat: contentOf('chat'), events: contentOf('events'), tallies: contentOf('tallies') };
  }

  /** A table may be newer than the manifest, but it has all rows of that manifest. */
  #tableNamed(hour: Hour, content: string): void {
    const ids = idsOf(content);
    const now = new Set(ids);
    if (now.size < ids.length) this.#violated(`yellow of ${hour} has an id twice`);
    for (const id of this.#reportedIds.get(hour) ?? []) {
      if (this.#forgetting.isEntered && isForgotten(id)) continue;
      if (!now.has(id)) this.#violated(`message ${id} was in yellow of ${hour} and is there no more`);
    }
  }

  #manifestNamed(next: Manifest): void {
    const { hour } = next;
    const old = this.manifests.get(hour);
    this.manifests.set(hour, next);
    const { nested, overlaps } = findSharedRows(this.#tilesOf(next));
    if (nested.size + overlaps.length > 0) this.#violated(`the manifest of ${hour} names red files with the same rows`);
    const difference = this.difference(hour);
    if (difference !== undefined) this.#violated(difference);
    this.#reportedIds.set(hour, idsOf(this.tablesOf(hour).chat));
    if (old === undefined) return;
    if (old.complete && !next.complete) this.#violated(`yellow of ${hour} was complete and is so no more`);
    const rows = new Set(this.#tilesOf(next).flatMap(offsetsOf));
    const lost = this.#tilesOf(old).flatMap(offsetsOf).find((offset) => !rows.has(offset)); // prettier-ignore
    if (lost !== undefined) this.#violated(`yellow of ${hour} was made of red row ${lost} and is so no more`);
  }

  #tilesOf({ redFiles, hour }: Manifest): WatchedTile[] {
    return redFiles.flatMap((path) => {
      const tile = this.#red.known.get(path);
      if (tile === undefined) this.#violated(`the manifest of ${hour} names ${path}, which was never in red`);
      return tile ?? [];
    });
  }

  #madeOf(found: Manifest): YellowTexts {
    const tiles = this.#tilesOf(found);
    const own = tiles.filter((tile) => tile.hour === found.hour);
    const kept = (row: Row): Row => (found.optOut === '' ? row : keptRow(row));
    const rowsOf = (some: WatchedTile[]) => some.flatMap((tile) => parseRows(tile.content).map(kept));
    return yellowOf(found.hour, rowsOf(tiles), rowsOf(own));
  }
}

function isOfYellow(path: string): boolean {
  return path.startsWith(`${ROOT}/yellow/`) && !path.includes('/.');
}

/** The rows of a table but those of the user. */
function othersIn(content: string): string {
  return parseRows(content)
    .filter(({ id }) => !isForgotten(id))
    .map(formatRow)
    .join('\n');
}

function idsOf(content: string): string[] {
  return parseRows(content).map((row) => row.id);
}

function offsetsOf({ partition, content }: WatchedTile): string[] {
  return parseRows(content).map((row) => `${partition}/${row.offset}`);
}
