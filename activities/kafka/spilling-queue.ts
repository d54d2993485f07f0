import type { Message } from 'kafkajs';
import type { Log } from '../../workers/logger.ts';
import type { CollectedLine } from './collected-line.ts';
import { SendQueue } from './send-queue.ts';
import type { SendMessages } from './send-queue.ts';
import { Settlements } from './settlements.ts';
import type { SpillDirectory } from './spill-directory.ts';
import { readCertainly } from './spill-reading.ts';
import type { SpillSegment } from './spill-segment.ts';

/** A line in memory: as it came from the pool, or as it was read from a segment. */
export interface QueuedLine extends CollectedLine {
  /** The run that received it, where it was read. */
  collector?: string;
  reading?: Reading;
}

/** A segment whose lines are on their way. */
interface Reading {
  segment: SpillSegment;
  unsettled: number;
}

export interface SpillingQueueOptions {
  topic: string;
  send: SendMessages;
  toMessage: (line: QueuedLine) => Message;
  /** Called once for each line of this run, in order. Lines that were taken over from another run are not told. */
  onSettled: (line: CollectedLine, acknowledged: boolean) => void;
  /** Called when lines may be pushed again after {@link SpillingQueue.push} has answered false. */
  onWritable: () => void;
  highWaterBytes: number;
  /** Where lines go that memory has no room for; without it none do. */
  disk: SpillDirectory | undefined;
  /** How long to wait before a disk that refused is tried again. */
  retryMs: number;
  log: Log;
}

const maxTailBytes = 256 * 1024;

/**
 * All lines that are not acknowledged yet, in one order and three places:
 *
 *     memory (a SendQueue, to Kafka)  ◄──  disk (segments)  ◄──  tail (memory again)
 *
 * While memory has room and nothing waits behind it, a line goes straight there: that is every line of a good day. Once memory holds
 * `highWaterBytes` lines go into the *tail*, which is put on disk at the end of the same turn of the event loop: one write for all lines of
 * a read from a socket. When Kafka has taken so much that half of memory is free, the oldest segment is read into it, and so on until none
 * is left; then what is in the tail follows, and lines go straight to memory again. As a newer line never enters a place before the older
 * ones have left it, the order is kept. A segment is removed when its last line is settled.
 *
 * The tail empties itself within a turn unless the disk refuses: it fails, or is at its cap, or there is none. Then {@link push} answers
 * false, and what still comes waits in the tail. The disk is tried again after each segment that is removed, and every `retryMs`.
 */
export class SpillingQueue {
  readonly #options: SpillingQueueOptions;
  readonly #memory: SendQueue<QueuedLine>;
  readonly #settlements = new Settlements();
  #tail: CollectedLine[] = [];
  #tailBytes = 0;
  #writing = false;
  #refused = false;
  #refilling = false;
  #full = false;
  #closing = false;
  readonly #retry: NodeJS.Timeout | undefined;

  constructor(options: SpillingQueueOptions) {
    this.#options = options;
    const { topic, send, toMessage, log } = options;
    const onSettled = (line: QueuedLine, acknowledged: boolean): void => this.#settled(line, acknowledged);
    this.#memory = new SendQueue({ topic, send, toMessage, keyOf: ({ key }) => key, onSettled, log });
    if (options.disk === undefined) return;
    this.#retry = setInterval(() => this.#writeTail(), options.retryMs);
    this.#retry.unref();
    options.disk.takeOver();
    if (options.disk.hasUnread) void this.#refill();
  }

  /** Takes the line, always. False: neither memory nor the disk has room; push no more until `onWritable`. */
  push(line: CollectedLine): boolean {
    const { highWaterBytes, disk } = this.#options;
    this.#settlements.take();
    if (this.#isBehind() || this.#memory.waitingBytes > highWaterBytes) this.#pushToTail(line);
    else this.#pushToMemory(line);
    if (this.#refused || (disk === undefined && this.#memory.waitingBytes > highWaterBytes)) this.#full = true;
    return !this.#full;
  }

  /** Resolves when all lines pushed so far are settled, wherever they are. */
  flush(): Promise<void> {
    return this.#settlements.flush();
  }

  /** Flushes. What was taken over and is not read yet stays on disk for the next run. */
  async close(): Promise<void> {
    await this.flush();
    this.#closing = true;
    await this.#memory.flush();
    clearInterval(this.#retry);
    this.#options.disk?.close();
  }

  /** Whether lines wait that must enter memory before a new one may. */
  #isBehind(): boolean {
    return this.#tail.length > 0 || this.#refilling || this.#options.disk?.hasUnread === true;
  }

  #pushToMemory(line: QueuedLine): void {
    this.#memory.push(line, line.line.length + line.key.length);
  }

  #pushToTail(line: CollectedLine): void {
    this.#tail.push(line);
    this.#tailBytes += line.line.length;
    if (this.#refused) return;
    if (this.#options.disk === undefined) this.#refused = true;
    else if (this.#tailBytes > maxTailBytes) this.#writeTail();
    else if (!this.#writing) {
      this.#writing = true;
      queueMicrotask(() => this.#writeTail());
    }
  }

  #writeTail(): void {
    this.#writing = false;
    const { disk } = this.#options;
    if (disk === undefined || this.#tail.length === 0) return;
    const taken = disk.append(this.#tail);
    this.#tail = this.#tail.slice(taken);
    this.#tailBytes = this.#tail.reduce((sum, { line }) => sum + line.length, 0);
    this.#refused = this.#tail.length > 0;
    this.#advance();
  }

  #settled(line: QueuedLine, acknowledged: boolean): void {
    const { reading } = line;
    if (reading === undefined || reading.segment.lines !== undefined) {
      this.#options.onSettled(line, acknowledged);
      this.#settlements.settle(1);
    }
    if (reading !== undefined && --reading.unsettled === 0) this.#remove(reading.segment);
    this.#advance();
  }

  #remove(segment: SpillSegment): void {
    this.#options.disk?.remove(segment);
    if (this.#refused) this.#writeTail();
  }

  #advance(): void {
    if (this.#isBehind() && this.#hasMemory() && !this.#closing) void this.#refill();
    if (!this.#full || this.#tail.length > 0) return;
    if (this.#options.disk?.hasRoom !== true && !this.#hasMemory()) return;
    this.#full = false;
    this.#options.onWritable();
  }

  #hasMemory(): boolean {
    return this.#memory.waitingBytes <= this.#options.highWaterBytes / 2;
  }

  async #refill(): Promise<void> {
    if (this.#refilling) return;
    this.#refilling = true;
    while (this.#hasMemory() && !this.#closing) {
      const segment = this.#options.disk?.takeNext();
      if (segment === undefined) {
        this.#tailToMemory();
        break;
      }
      await this.#load(segment);
    }
    this.#refilling = false;
    this.#advance();
  }

  #tailToMemory(): void {
    for (const line of this.#tail) this.#pushToMemory(line);
    this.#tail = [];
    this.#tailBytes = 0;
    this.#refused = false;
  }

  async #load(segment: SpillSegment): Promise<void> {
    const lines = await readCertainly(segment, this.#options.log);
    if (this.#closing) return;
    const reading = { segment, unsettled: lines.length };
    for (const line of lines) this.#pushToMemory(Object.assign(line, { reading }));
    // What cannot be read will never be acknowledged: nobody must wait for it, and the tallies will say that it is missing.
    if (segment.lines !== undefined) this.#settlements.settle(segment.lines - lines.length);
    if (lines.length === 0) this.#remove(segment);
  }
}
