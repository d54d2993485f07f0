import { z } from 'zod';
import { addHours } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { Hdfs } from '../hdfs/hdfs.ts';
import { readBoundaries } from './boundaries.ts';
import type { Boundary } from './boundaries.ts';
import { uncoveredParts } from './covering.ts';
import type { Range } from './covering.ts';
import { isLossAt, listGaps } from './gaps.ts';
import { listHours, listTiles } from './list-tiles.ts';
import { RED_TABLES } from './tables.ts';
import type { RedTable } from './tables.ts';
import type { OffsetRange } from './tiling.ts';

/** Offsets of an hour that red lacks, half-open, as decimal text. */
export const hourGap = z.object({
  table: z.enum(RED_TABLES),
  partition: z.number().int().nonnegative(),
  from: z.string().regex(/^\d+$/),
  to: z.string().regex(/^\d+$/),
  /** `lost`: a gap record says that they never come. `missing`: they were loaded, and their file is gone. */
  reason: z.enum(['lost', 'missing']),
});
export type HourGap = z.infer<typeof hourGap>;

export interface HourCover {
  /** The loaders are past these, so they load none of them. */
  gaps: HourGap[];
  /** Whether offsets are still to be loaded. */
  isLoading: boolean;
}

interface Lake {
  hdfs: Hdfs;
  root: string;
}

/**
 * What red lacks of an hour. Hours are listed one after the other while loaders commit, which can look like a gap, so a missing file counts
 * only if a second look finds it again.
 */
export async function findHourGaps(lake: Lake, hour: Hour, boundariesPath: string): Promise<HourCover> {
  const boundaries = await readBoundaries(lake.hdfs, boundariesPath);
  const first = await look(lake, hour, boundaries);
  if (!first.gaps.some(({ reason }) => reason === 'missing')) return first;
  const second = await look(lake, hour, boundaries);
  const found = new Set(first.gaps.map(textOf));
  return { ...second, gaps: second.gaps.filter((gap) => gap.reason === 'lost' || found.has(textOf(gap))) };
}

async function look(lake: Lake, hour: Hour, boundaries: Boundary[]): Promise<HourCover> {
  const { hdfs, root } = lake;
  // As for describeMissingOffsets.
  const hours = [addHours(hour, -1), hour, addHours(hour, 1)];
  const cover: HourCover = { gaps: [], isLoading: false };
  for (const table of RED_TABLES) {
    const tiles = await listTiles(hdfs, root, table, hours);
    const records = await listGaps(hdfs, root, table);
    for (const boundary of boundaries.filter((it) => it.table === table)) {
      const ofPartition = <T extends OffsetRange>(ranges: T[]): T[] =>
        ranges.filter(({ partition }) => partition === boundary.partition);
      const gap = { table, partition: boundary.partition };
      const wanted = { from: BigInt(boundary.from), to: BigInt(boundary.to) };
      for (const part of uncoveredParts(ofPartition(tiles), wanted)) {
        for (const record of ofPartition(records)) {
          const lost = overlapOf(part, record);
          if (lost !== undefined && (await isLossAt(hdfs, root, table, record)))
            cover.gaps.push({ ...gap, ...texts(lost), reason: 'lost' });
        }
        for (const hole of uncoveredParts(ofPartition(records), part)) {
          if ((await positionOf(lake, table, boundary.partition, records)) >= hole.to)
            cover.gaps.push({ ...gap, ...texts(hole), reason: 'missing' });
          else cover.isLoading = true;
        }
      }
    }
  }
  return cover;
}

/** The offset at which loaders continue: the highest end of a tile or a gap record. Hours never go back within a partition. */
async function positionOf(
  { hdfs, root }: Lake,
  table: RedTable,
  wanted: number,
  records: OffsetRange[],
): Promise<bigint> {
  const highest = (ranges: OffsetRange[]): bigint =>
    ranges.reduce((most, { partition, to }) => (partition === wanted && to > most ? to : most), 0n);
  for (const hour of (await listHours(hdfs, root, table)).reverse()) {
    const found = highest(await listTiles(hdfs, root, table, [hour]));
    if (found > 0n) return highest([...records, { partition: wanted, from: 0n, to: found }]);
  }
  return highest(records);
}

function overlapOf(a: Range, b: Range): Range | undefined {
  const [from, to] = [a.from > b.from ? a.from : b.from, a.to < b.to ? a.to : b.to];
  return from < to ? { from, to } : undefined;
}

const texts = ({ from, to }: Range): { from: string; to: string } => ({ from: String(from), to: String(to) });

const textOf = ({ table, partition, from, to, reason }: HourGap): string =>
  [table, partition, from, to, reason].join(' ');

/** Whether both lists have the same gaps, in the same order. */
export const sameGaps = (a: readonly HourGap[], b: readonly HourGap[]): boolean =>
  a.map(textOf).join('\n') === b.map(textOf).join('\n');
