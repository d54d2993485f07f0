import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import type { KafkaMessage } from 'kafkajs';
import { localDisk } from '../../../common/disk.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { listGaps } from '../../../activities/red/gaps.ts';
import { PartitionLoader } from '../../../activities/load/partition-loader.ts';
import { createPositionSearch } from '../../../activities/load/position.ts';
import type { Spool } from '../../../activities/load/spool.ts';
import { hourOf } from '../../../workflows/hour.ts';
import { silentLog } from '../../../common/log.ts';
import type { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { assertTiled, listAllTiles } from '../red/all-tiles.ts';

export const ROOT = '/chatlake';

/** Time limit for a simulated loader on a busy machine. */
const PATIENCE_MS = 60_000;

/** The log of a partition, in memory. It may lack offsets. */
export interface SimulatedLog {
  records: KafkaMessage[];
  start: bigint;
  end: bigint;
}

export function record(offset: number, appendedAt: string): KafkaMessage {
  return {
    key: Buffer.from('1'),
    value: Buffer.from(`line ${offset}`),
    timestamp: String(Date.parse(appendedAt)),
    attributes: 0,
    offset: String(offset),
    headers: {},
  };
}

export function logOf(records: KafkaMessage[]): SimulatedLog {
  const last = records.at(-1);
  return { records, start: 0n, end: last === undefined ? 0n : BigInt(last.offset) + 1n };
}

const ROWS_PER_TILE = 4;

/** A loader of one partition with a simulated Kafka and group: batches of three, tiles of four, no faults. */
export class SimulatedLoader {
  readonly loader: PartitionLoader;
  failure: unknown;
  committedUpTo: bigint[] = [];
  /** By a clock that advances a quarter of a second with each look. */
  commitSeconds: number[] = [];
  #clockMs = 0;
  #fetchFrom: bigint | undefined;
  readonly #log: SimulatedLog;

  constructor(hdfs: Hdfs, log: SimulatedLog, scratchDirectory: string) {
    this.#log = log;
    this.loader = new PartitionLoader({
      assignment: {
        hdfs,
        root: ROOT,
        table: 'chat',
        topic: 'twitch.chat',
        partition: 0,
        partitionLog: {
          range: async () => ({ start: log.start, end: log.end }),
          firstOffsetFrom: async (timeMs) => {
            const found = log.records.find((message) => Number(message.timestamp) >= timeMs);
            return found === undefined ? log.end : BigInt(found.offset);
          },
        },
        findPosition: createPositionSearch(hdfs, ROOT, 'chat'),
        log: silentLog,
      },
      events: {
        read: (position) => (this.#fetchFrom = position),
        pause: () => (this.#fetchFrom = undefined),
        committed: (position) => void this.committedUpTo.push(position),
        failed: (error) => (this.failure = error),
      },
      writeTile: writeOffsets,
      disk: localDisk,
      scratchDirectory,
      maxSpoolBytes: 100 * ROWS_PER_TILE,
      clock: () => (this.#clockMs += 250),
      onCommitted: (seconds) => void this.commitSeconds.push(seconds),
    });
  }

  /** Runs until all records are in red, it fails, or `isOver`. The group confirms the partition repeatedly. */
  async run(isOver = () => false): Promise<void> {
    this.loader.takeOver();
    const deadline = performance.now() + PATIENCE_MS;
    while (this.failure === undefined && performance.now() < deadline) {
      if (isOver()) return;
      if (this.loader.state === 'idle') {
        this.loader.takeOver();
      } else if (this.loader.state === 'reading') {
        if (this.loader.position >= this.#log.end && this.loader.spooledBytes === 0) return;
        this.#feed();
      }
      await breathe();
    }
    assert.notEqual(this.failure, undefined, 'the loader did not end');
  }

  #feed(): void {
    if (this.#fetchFrom === undefined) return;
    const from = this.#fetchFrom;
    const batch = this.#log.records.filter((message) => BigInt(message.offset) >= from).slice(0, 3);
    if (batch.length === 0) return this.loader.rotate();
    this.loader.take(batch);
    if (this.loader.state === 'reading') this.#fetchFrom = this.loader.position;
  }
}

/** The file of a tile: offsets and append times as JSON instead of Parquet. */
export async function writeOffsets(spool: Spool, file: string): Promise<void> {
  await writeFile(file, JSON.stringify(spool.rows.map((row) => [Number(row.offset), row.appendedAtMs])));
}

/** Each record of the log is in exactly one tile, of its hour. Each offset without a record is in a gap. */
export async function assertExactlyOnce(store: MemoryHdfs, log: SimulatedLog): Promise<void> {
  const tiles = await listAllTiles(store, ROOT, 'chat');
  assertTiled([...tiles, ...(await listGaps(store, ROOT, 'chat'))], log.end);
  const loaded: number[] = [];
  for (const tile of tiles) {
    const rows = JSON.parse(store.files.get(tile.path)?.toString() ?? '') as [number, number][];
    assert.equal(rows.length, Number(tile.to - tile.from), tile.path);
    for (const [offset, appendedAtMs] of rows) {
      assert.ok(BigInt(offset) >= tile.from && BigInt(offset) < tile.to, tile.path);
      assert.equal(hourOf(appendedAtMs), tile.hour);
      loaded.push(offset);
    }
  }
  assert.deepEqual(
    loaded.sort((a, b) => a - b),
    log.records.map((message) => Number(message.offset)),
  );
}
