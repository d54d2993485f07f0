import type { Hour } from '../../workflows/hour.ts';
import type { HourWorkflows } from './hour-workflows.ts';
import type { KafkaLog } from './kafka-log.ts';
import type { Lake } from './lake.ts';
import type { WatchedTile } from './red-watch.ts';
import { keptRow, parseRows, yellowOf, YELLOW_TABLES } from './row-files.ts';
import type { Row } from './row-files.ts';

/** Checks the final state: red has the whole log, compacted, and yellow has all of it. */
export function checkFinalState(
  { logs, red, yellow, stage, forgetting, cutsDifferently }: Lake,
  { workflows }: HourWorkflows,
): void {
  const { violated } = stage;
  for (const log of logs) {
    const held = red.heldUpTo(log.partition);
    if (held !== BigInt(log.end))
      violated(`partition ${log.partition} ends at ${log.end}, and red has it up to ${held}`);
  }
  for (const { hour, next } of workflows) {
    if (next !== 'nothing') violated(`the workflow of ${hour} still stands before its step ${next}`);
  }
  const tiles = red.readable();
  if (tiles.length < red.tiles.size) violated('a part still lies beside its union');
  for (const tile of tiles) {
    const follows = (other: WatchedTile) => other.partition === tile.partition && other.from === tile.to;
    const next = tiles.find((other) => other.hour === tile.hour && follows(other));
    if (next !== undefined && !cutsDifferently) violated(`${tile.path} and ${next.path} were not united`);
  }
  if (forgetting.isEntered && red.traces().length + yellow.traces().length > 0)
    violated('a forgotten user is still in red or in yellow');
  const all = [...red.retained, ...tiles];
  checkRecords(logs, all, violated);
  checkYellow(all, yellow, forgetting.isEntered, violated);
}

/** Each record without a gap record is in one tile. The checks of red have compared the rows. */
function checkRecords(logs: KafkaLog[], tiles: WatchedTile[], violated: (what: string) => void): void {
  for (const { partition, records, start } of logs) {
    const rows = tiles.filter((tile) => tile.partition === partition).flatMap((tile) => parseRows(tile.content));
    const offsets = new Set(rows.map((row) => row.offset));
    if (offsets.size < rows.length) violated(`partition ${partition} has an offset twice in red`);
    const lost = records.find(
      (record) => record !== undefined && record.offset >= start && !offsets.has(record.offset),
    );
    if (lost !== undefined) violated(`record ${lost.offset} of partition ${partition} is not in red`);
  }
}

/** Each message of red is once in the hour of yellow in which it was sent, and the sum of each hour is that of its red. */
function checkYellow(
  tiles: WatchedTile[],
  yellow: Lake['yellow'],
  isForgetting: boolean,
  violated: (what: string) => void,
): void {
  const kept = (row: Row): Row => (isForgetting ? keptRow(row) : row);
  const rows = tiles.flatMap((tile) => parseRows(tile.content)).map(kept);
  const hours = new Set<Hour>([...rows.map((row) => row.eventHour), ...tiles.map((tile) => tile.hour)]);
  for (const hour of hours) {
    const difference = yellow.difference(hour);
    if (difference !== undefined) violated(difference);
    const own = tiles.filter((tile) => tile.hour === hour).flatMap((tile) => parseRows(tile.content));
    const expected = yellowOf(hour, rows, own);
    const found = yellow.tablesOf(hour);
    for (const table of YELLOW_TABLES) {
      if (yellow.isRemoved(hour) && table !== 'tallies') continue;
      if (found[table] !== expected[table]) violated(`yellow's ${table} of ${hour} is not what all of red makes`);
    }
  }
}
