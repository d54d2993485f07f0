import { baseName, parentOf } from '../../activities/hdfs/paths.ts';
import { formatGapFile } from '../../activities/red/gaps.ts';
import { parseHourDirectory, parseTileFile } from '../../activities/red/tile.ts';
import { findSharedRows } from '../../activities/red/tiling.ts';
import type { OffsetRange } from '../../activities/red/tiling.ts';
import type { Hour } from '../../workflows/hour.ts';
import { ROOT } from './crash-points.ts';
import type { KafkaLog } from './kafka-log.ts';
import { formatRow, isForgotten, keptRow, keptText, parseRows } from './row-files.ts';

/** A tile that red has or had. */
export interface WatchedTile extends OffsetRange {
  path: string;
  hour: Hour;
  content: string;
}

const TABLE_PATH = `${ROOT}/red/chat/`;
const BOUNDARIES_PATH = /\/red\/boundaries\/[^/]+\.json$/;

/**
 * Checks red after each change of a name:
 *
 * - A tile appears by a rename, and has exactly the rows of the log at its offsets. Its hour does not go back. It replaces nothing, except
 *   that messages of a forgotten user are erased. An erased message never comes back.
 * - Tiles that share rows are nested. A gap record has no offset that the log or a tile has.
 * - The boundaries of an hour are stored once.
 * - Rows never disappear: a tile is removed only if a wider one is in its hour, or by retention: then yellow was made of it, and it is not the
 *   newest of its partition. A gap record is never removed.
 */
export class RedWatch {
  /** By path. */
  readonly tiles = new Map<string, WatchedTile>();
  readonly gaps: OffsetRange[] = [];
  /** All tiles that ever existed, by path. */
  readonly known = new Map<string, WatchedTile>();
  /** Tiles that retention has removed. */
  readonly retained: WatchedTile[] = [];
  /** Number of changes. */
  changes = 0;
  /** All names that were ever used. */
  readonly #names = new Set<string>();
  readonly #logs: KafkaLog[];
  readonly #forgetting: { isEntered: boolean };
  readonly #isTaken: (tile: WatchedTile) => boolean;
  readonly #violated: (what: string) => void;

  /** @param isTaken whether yellow was made of all rows of a tile */
  constructor(
    logs: KafkaLog[],
    forgetting: { isEntered: boolean },
    isTaken: (tile: WatchedTile) => boolean,
    violated: (what: string) => void,
  ) {
    this.#logs = logs;
    this.#forgetting = forgetting;
    this.#isTaken = isTaken;
    this.#violated = violated;
  }

  named(path: string, content: string, by: 'creation' | 'rename'): void {
    if (BOUNDARIES_PATH.test(path) && by === 'rename') this.#checkOnce(path);
    if (!path.startsWith(TABLE_PATH)) return;
    this.changes++;
    const replaced = this.tiles.get(path);
    if (replaced === undefined || by === 'creation') this.#checkOnce(path);
    else this.#checkErasure(replaced, content);
    if (by === 'creation') this.#violated(`${path} was made under its final name`);
    const hour = parseHourDirectory(baseName(parentOf(path)));
    if (hour === undefined) return this.#gapNamed(path);
    const range = parseTileFile(baseName(path));
    if (range === undefined) return this.#violated(`${path} has a name that no reader knows`);
    const tile = { ...range, path, hour, content };
    this.#checkRows(tile);
    this.#checkHour(tile);
    this.tiles.set(path, tile);
    this.known.set(path, tile);
    this.#checkRanges();
  }

  removed(path: string): void {
    if (!path.startsWith(TABLE_PATH) || parseHourDirectory(baseName(path)) !== undefined) return;
    this.changes++;
    const tile = this.tiles.get(path);
    if (tile === undefined) return this.#violated(`${path}, which is no tile, was removed`);
    this.tiles.delete(path);
    const wider = [...this.tiles.values()].some((other) => other.hour === tile.hour && isInside(tile, other));
    if (wider) return;
    const isNewest = ![...this.tiles.values()].some(
      (other) => other.partition === tile.partition && other.to > tile.to,
    );
    if (isNewest || !this.#isTaken(tile))
      return this.#violated(`${path} was removed, and neither another tile of its hour nor yellow holds its rows`);
    this.retained.push(tile);
  }

  /** A loader committed to Kafka that all records before `position` are in red. */
  advised(partition: number, position: bigint): void {
    const held = this.heldUpTo(partition);
    if (position > held) {
      this.#violated(`the committed offset of partition ${partition} is ${position}, but red ends at ${held}`);
    }
  }

  /** The offset up to which tiles and gap records cover a partition without a hole. */
  heldUpTo(partition: number): bigint {
    let held = 0n;
    for (const { from, to } of this.#piecesOf(partition)) {
      if (from > held) break;
      if (to > held) held = to;
    }
    return held;
  }

  /** The tiles that together have each row once. */
  readable(): WatchedTile[] {
    const tiles = [...this.tiles.values()];
    const { nested } = findSharedRows(tiles);
    return tiles.filter((tile) => !nested.has(tile));
  }

  #piecesOf(partition: number): OffsetRange[] {
    return [...this.retained, ...this.tiles.values(), ...this.gaps]
      .filter((piece) => piece.partition === partition)
      .sort((a, b) => Number(a.from - b.from));
  }

  #gapNamed(path: string): void {
    const match = /\/gaps\/p(\d+)-(\d+)-(\d+)\.json$/.exec(path);
    if (match === null) return this.#violated(`${path} has a name that no reader knows`);
    const [, partition, from = '', to = ''] = match;
    const gap = { partition: Number(partition), from: BigInt(from), to: BigInt(to) };
    const log = this.#logs[gap.partition];
    for (let offset = gap.from; offset < gap.to; offset++) {
      if (log?.records[Number(offset)] !== undefined && offset >= log.start) {
        this.#violated(`the gap record ${formatGapFile(gap)} gives up offset ${offset}, which Kafka has`);
      }
    }
    this.gaps.push(gap);
    this.#checkRanges();
  }

  /** Names of tiles, gap records and boundaries are never used again. */
  #checkOnce(path: string): void {
    if (this.#names.has(path)) this.#violated(`${path} was named a second time`);
    this.#names.add(path);
  }

  /** A copy takes the place of its tile: only messages of the user may have become erased, and all of them. */
  #checkErasure({ path, content }: WatchedTile, copy: string): void {
    if (!this.#forgetting.isEntered) this.#violated(`${path} was replaced, and nobody is forgotten`);
    if (copy !== keptText(content)) this.#violated(`${path} was replaced by other rows than its own without the user`);
  }

  /** The tiles that still have messages of the user. */
  traces(): WatchedTile[] {
    return [...this.tiles.values()].filter(({ content }) => parseRows(content).some(({ id }) => isForgotten(id)));
  }

  #checkRows({ path, partition, from, to, content }: WatchedTile): void {
    const records = this.#logs[partition]?.records.slice(Number(from), Number(to)) ?? [];
    const rows = records.map((record) => (record === undefined ? 'none' : formatRow({ ...record, partition })));
    const kept = records.map((record) =>
      record === undefined ? 'none' : formatRow(keptRow({ ...record, partition })),
    );
    const found = content === '' ? [] : content.split('\n');
    const isRight = (row: string, at: number): boolean =>
      row === rows[at] || (this.#forgetting.isEntered && row === kept[at]);
    if (found.length === rows.length && found.every(isRight)) return;
    this.#violated(
      `${path} does not hold the ${to - from} rows that its name tells; it has ${found.length}, and not the same`,
    );
  }

  /** The last hour of its rows, but not before the previous tile's hour and not after the next tile's. */
  #checkHour({ path, partition, from, to, hour, content }: WatchedTile): void {
    const others = [...this.tiles.values()].filter((tile) => tile.partition === partition);
    const before = others.filter((tile) => tile.to <= from).map((tile) => tile.hour);
    const after = others.filter((tile) => tile.from >= to).map((tile) => tile.hour);
    const ofRows = parseRows(content).map((row) => row.appendHour);
    const expected = [...before, ...ofRows].sort().at(-1);
    if (expected !== hour || after.some((later) => later < hour)) {
      this.#violated(`${path} is not in the hour ${expected}, to which its rows and the tiles before it belong`);
    }
  }

  #checkRanges(): void {
    const { overlaps } = findSharedRows([...this.tiles.values()]);
    for (const [first, second] of overlaps) {
      this.#violated(`${first.path} and ${second.path} hold rows in common, and neither holds all of the other's`);
    }
    for (const [index, gap] of this.gaps.entries()) {
      const other = [...this.tiles.values(), ...this.gaps.slice(0, index)].find((piece) => meet(piece, gap));
      if (other === undefined) continue;
      this.#violated(`the gap record ${formatGapFile(gap)} gives up what ${other.from} up to ${other.to} holds`);
    }
  }
}

function meet(a: OffsetRange, b: OffsetRange): boolean {
  return a.partition === b.partition && a.from < b.to && b.from < a.to;
}

function isInside(part: OffsetRange, wide: OffsetRange): boolean {
  return part.partition === wide.partition && part.from >= wide.from && part.to <= wide.to;
}
