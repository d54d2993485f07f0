import { z } from 'zod';
import { findSharedRows } from '../../activities/red/tiling.ts';
import { hasUnited } from '../../activities/yellow/day-manifest.ts';
import type { DayManifest } from '../../activities/yellow/day-manifest.ts';
import { dayRowsOf } from '../../activities/yellow/day-rows.ts';
import { dayOf, isHour } from '../../workflows/hour.ts';
import type { Day, Hour } from '../../workflows/hour.ts';
import { ROOT } from './crash-points.ts';
import type { RedWatch, WatchedTile } from './red-watch.ts';
import {
  formatRow,
  isForgotten,
  keptRow,
  linesOf,
  parseRows,
  versionOf,
  yellowOf,
  YELLOW_TABLES,
} from './row-files.ts';
import type { Row, YellowTexts } from './row-files.ts';

/** The checked part of a manifest. */
const manifest = z.object({
  hour: z.string(),
  redHours: z.array(z.string()),
  redFiles: z.array(z.string()),
  tables: z.record(z.string(), z.object({ rows: z.number(), digest: z.string() })),
  optOut: z.string(),
  complete: z.boolean(),
});
type Manifest = z.infer<typeof manifest>;

const MANIFEST_NAME = new RegExp(`^${ROOT}/yellow/manifests/(.*)\\.json$`);
const DAY_NAME = new RegExp(`^${ROOT}/yellow/days/(.*)\\.json$`);
const TABLE_NAME = new RegExp(`^${ROOT}/yellow/chat/hour=(.*)/part[^/]*$`);

/**
 * Checks yellow after each change of a name: a manifest agrees with its red files and with the tables. No two
 * of its red files share rows. Neither a message nor a red row disappears from yellow, except messages of a forgotten user, and chat and events
 * of a united day, all at once.
 */
export class YellowWatch {
  readonly manifests = new Map<Hour, Manifest>();
  readonly days = new Map<Day, DayManifest>();
  /** The message ids of the newest manifest, by hour. */
  readonly #reportedIds = new Map<Hour, string[]>();
  readonly #red: RedWatch;
  readonly #forgetting: { isEntered: boolean };
  readonly #retention: { removesYellow: boolean };
  readonly #contentOf: (path: string) => string | undefined;
  readonly #violated: (what: string) => void;

  constructor(
    {
      red,
      forgetting,
      retention,
    }: {
      red: RedWatch;
      forgetting: { isEntered: boolean };
      retention: { removesYellow: boolean };
    },
    contentOf: (path: string) => string | undefined,
    violated: (what: string) => void,
  ) {
    this.#red = red;
    this.#forgetting = forgetting;
    this.#retention = retention;
    this.#contentOf = contentOf;
    this.#violated = violated;
  }

  named(path: string, content: string, by: 'creation' | 'rename'): void {
    if (!isOfYellow(path)) return;
    if (by === 'creation') return this.#violated(`${path} was made under its final name`);
    const tableHour = TABLE_NAME.exec(path)?.[1];
    if (tableHour !== undefined) this.#checkTables(tableHour);
    if (DAY_NAME.test(path)) this.#dayNamed(JSON.parse(content) as DayManifest);
    if (MANIFEST_NAME.test(path)) this.#manifestNamed(manifest.parse(JSON.parse(content)));
  }

  removed(path: string): void {
    if (!isOfYellow(path)) return;
    const hour = TABLE_NAME.exec(path)?.[1];
    if (hour !== undefined) this.#checkTables(hour);
    else if (MANIFEST_NAME.test(path) || DAY_NAME.test(path)) this.#violated(`${path} was removed`);
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
    const isRemoved = this.isRemoved(hour);
    for (const table of YELLOW_TABLES) {
      if (isRemoved && table !== 'tallies') {
        if (lying[table] !== '') return `yellow's ${table} of ${hour} was removed, and rows are left`;
        continue;
      }
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

  /** Whether yellow was made of all rows of a tile, and its hour is complete. */
  hasTaken({ path, hour, content }: WatchedTile): boolean {
    const hours = new Set([hour, ...parseRows(content).map(({ eventHour }) => eventHour)]);
    const isMadeOf = (it: Hour): boolean => this.manifests.get(it)?.redFiles.includes(path) ?? false;
    return this.manifests.get(hour)?.complete === true && [...hours].every(isMadeOf);
  }

  /** Whether chat and events of an hour were removed. */
  isRemoved(hour: Hour): boolean {
    return this.days.get(dayOf(hour))?.hours.some((it) => it.hour === hour && it.removed !== undefined) ?? false;
  }

  /**
   * The tables of an hour as readers find them: in the file of its day, if the manifest of the day says so, and otherwise in its own. A missing
   * table has no rows.
   */
  tablesOf(hour: Hour): YellowTexts {
    const day = this.days.get(dayOf(hour));
    const contentOf = (table: keyof YellowTexts): string => {
      if (!hasUnited(day, hour)) return this.#contentOf(`${ROOT}/yellow/${table}/hour=${hour}/part.parquet`) ?? '';
      const name = day?.tables[table]?.file ?? '';
      const content = this.#contentOf(`${ROOT}/yellow/${table}/hour=${dayOf(hour)}/${name}`) ?? '';
      return day === undefined ? '' : linesOf(content, dayRowsOf(day, table, '', [hour]));
    };
    return { chat: contentOf('chat'), events: contentOf('events'), tallies: contentOf('tallies') };
  }

  #dayNamed(next: DayManifest): void {
    this.days.set(next.day, next);
    for (const { hour, removed } of next.hours) {
      if (removed !== undefined) this.#checkRemoval(hour);
      this.#checkTables(hour);
      const difference = this.difference(hour);
      if (difference !== undefined) this.#violated(`united: ${difference}`);
    }
  }

  #checkRemoval(hour: Hour): void {
    if (!this.#retention.removesYellow) this.#violated(`chat of ${hour} was removed, and is kept for ever`);
    const redHours = [hour, ...(this.manifests.get(hour)?.redHours ?? [])];
    const left = [...this.#red.tiles.values()].find((tile) => redHours.includes(tile.hour));
    if (left !== undefined) this.#violated(`chat of ${hour} was removed, and ${left.path} of its red is left`);
  }

  /** @param name of a directory: an hour, or a day */
  #checkTables(name: string): void {
    const hours = isHour(name) ? [name] : (this.days.get(name)?.hours.map(({ hour }) => hour) ?? []);
    for (const hour of hours) this.#checkIds(hour, this.tablesOf(hour).chat);
  }

  /** A table may be newer than the manifest, but it has all rows of that manifest. */
  #checkIds(hour: Hour, content: string): void {
    const ids = idsOf(content);
    const now = new Set(ids);
    if (now.size < ids.length) this.#violated(`yellow of ${hour} has an id twice`);
    for (const id of this.isRemoved(hour) ? [] : (this.#reportedIds.get(hour) ?? [])) {
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
