import type { Message } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { within } from '../../common/within.ts';
import type { CollectedLine } from '../kafka/collected-line.ts';
import type { QueuedLine } from './queued-line.ts';
import { SendQueue } from './send-queue.ts';
import type { SendMessages } from './send-queue.ts';
import { Settlements } from './settlements.ts';
import type { SpillDirectory } from '../spill/directory.ts';
import type { CountedLine } from '../spill/messages.ts';
import { readSegment } from '../spill/segment.ts';
import type { SpillSegment } from '../spill/segment.ts';
import { SpillTail } from '../spill/tail.ts';

interface SpillingQueueOptions {
  topic: string;
  send: SendMessages;
  toMessage: (line: QueuedLine) => Message;
  /**
   * Called once per line of this run, in order, and not for lines of other runs. Of lines that cannot be read back from disk, only the
   * messages are reported, as not acknowledged.
   */
  onSettled: (line: CountedLine, acknowledged: boolean) => void;
  /** Called when there is room again after {@link SpillingQueue.push} has returned false. */
  onWritable: () => void;
  highWaterBytes: number;
  /** Takes the lines that memory has no room for. Optional. */
  disk: SpillDirectory | undefined;
  /** How long to wait before trying a disk again that refused. */
  retryMs: number;
  log: Log;
}

/** How long closing a queue may take, counted from its start. */
export interface ClosingTimes {
  /** How long to wait for Kafka. Then the rest goes to disk. */
  keepMs: number;
  /** How long to wait for either, if the disk refuses, too. Then the rest is lost. */
  giveUpMs: number;
}

/** What Kafka has answered since the start, and what waits. */
export interface QueueProgress {
  /** Lines that Kafka has acknowledged, also those that an earlier run left on disk. */
  acknowledged: number;
  /** Lines that Kafka will never have: it refused them for good, or they could not be read back from disk. */
  lost: number;
  /** Size of the lines in memory that are not settled. */
  waitingBytes: number;
}

/**
 * Holds all lines that are not acknowledged, in one order and three places:
 *
 *     memory (a SendQueue, to Kafka)  ◄──  disk (segments)  ◄──  tail (memory again)
 *
 * As long as memory has room and no line waits on disk, a line goes straight to memory: on a good day, all do. When memory holds
 * `highWaterBytes`, lines go into the *tail*, which writes them to disk. When half of memory is free again, the oldest segment is read into
 * it, and so on until none is left. Then the tail follows, and lines go straight to memory again. A newer line never enters a place before
 * the older ones have left it, so the order holds. A segment is removed when its last line is settled.
 *
 * If the disk refuses, {@link push} returns false, and further lines wait in the tail. The disk is tried again every `retryMs`, and whenever a
 * segment is removed.
 *
 * {@link close} ends in one of three ways. *sent*: Kafka has all lines. *kept*: Kafka did not take them in time; those in memory are on disk
 * before all segments, those of the tail behind them, and the next run sends them. *lost*: the disk refused, too. Lines that were being sent
 * when they were kept may be in Kafka as well; yellow drops the copies.
 */
export class SpillingQueue {
  readonly #options: SpillingQueueOptions;
  readonly #memory: SendQueue<QueuedLine>;
  readonly #settlements = new Settlements();
  readonly #tail: SpillTail;
  readonly #timer: NodeJS.Timeout | undefined;
  #refilling = false;
  #full = false;
  #closing = false;
  #acknowledged = 0;
  #lost = 0;

  constructor(options: SpillingQueueOptions) {
    this.#options = options;
    const { topic, send, toMessage, disk, log } = options;
    const onSettled = (line: QueuedLine, acknowledged: boolean): void => this.#settled(line, acknowledged);
    this.#memory = new SendQueue({ topic, send, toMessage, keyOf: ({ key }) => key, onSettled, log });
    this.#tail = new SpillTail(disk, () => this.#advance());
    if (disk === undefined) return;
    this.#timer = setInterval(() => this.#look(), options.retryMs);
    this.#timer.unref();
    this.#look();
  }

  get progress(): QueueProgress {
    const waitingBytes = this.#memory.waitingBytes + this.#tail.bytes;
    return { acknowledged: this.#acknowledged, lost: this.#lost, waitingBytes };
  }

  /** Always takes the line. Returns false if neither memory nor disk has room: push no more until `onWritable`. */
  push(line: CollectedLine): boolean {
    const { highWaterBytes, disk } = this.#options;
    this.#settlements.take();
    if (this.#isBehind() || this.#memory.waitingBytes > highWaterBytes) this.#tail.push(line);
    else this.#pushToMemory(line);
    if (this.#tail.isRefused || (disk === undefined && this.#memory.waitingBytes > highWaterBytes)) this.#full = true;
    return !this.#full;
  }

  /** Resolves when all lines pushed so far are settled or kept. */
  flush(): Promise<void> {
    return this.#settlements.flush();
  }

  /** Call it once, after the last push. Lines of earlier runs that were not read yet stay on disk for the next run. */
  async close(times: ClosingTimes): Promise<'sent' | 'kept' | 'lost'> {
    const ending = await this.#end(times);
    this.#closing = true;
    this.#memory.stop();
    this.#settlements.settleAll();
    clearInterval(this.#timer);
    this.#options.disk?.close();
    return ending;
  }

  async #end({ keepMs, giveUpMs }: ClosingTimes): Promise<'sent' | 'kept' | 'lost'> {
    const startedAt = performance.now();
    const sent = this.#sendAll();
    for (let waitMs = keepMs; waitMs > 0;) {
      if (await within(sent, waitMs)) return 'sent';
      if (this.#keep()) return 'kept';
      waitMs = Math.min(this.#options.retryMs, giveUpMs - (performance.now() - startedAt));
    }
    const facts = { topic: this.#options.topic, lines: this.#memory.unanswered.length + this.#tail.lines.length };
    const text = 'lines are lost: Kafka did not acknowledge them in time, and they could not be written to disk';
    this.#options.log.error(text, facts);
    return 'lost';
  }

  async #sendAll(): Promise<void> {
    await this.flush();
    this.#closing = true;
    await this.#memory.flush();
  }

  #keep(): boolean {
    const { disk, topic, log } = this.#options;
    const older = this.#memory.unanswered;
    const newer = this.#tail.lines;
    if (disk?.keep(older, newer) !== true) return false;
    const facts = { topic, lines: older.length + newer.length };
    log.warn('Kafka is down: the lines in memory are kept on disk, and the next run sends them', facts);
    this.#closing = true;
    this.#memory.stop();
    this.#tail.take();
    // Their lines are in the first segment now. A process that dies before this point leaves them twice and loses none.
    for (const { segment } of new Set(older.flatMap(({ reading }) => reading ?? []))) disk.remove(segment);
    return true;
  }

  /** Whether lines wait that must enter memory before a new one. */
  #isBehind(): boolean {
    return this.#tail.lines.length > 0 || this.#refilling || this.#options.disk?.hasUnread === true;
  }

  /** Abandoned lines wait until no line of this run does: during a long outage they must not take its room on disk. */
  #look(): void {
    this.#tail.write();
    if (this.#closing || this.#isBehind()) return;
    this.#options.disk?.look();
    this.#advance();
  }

  #pushToMemory(line: QueuedLine): void {
    this.#memory.push(line, line.line.length + line.key.length);
  }

  #settled(line: QueuedLine, acknowledged: boolean): void {
    const { reading } = line;
    if (acknowledged) this.#acknowledged++;
    else this.#lost++;
    if (reading === undefined || reading.segment.lines !== undefined) {
      this.#options.onSettled(line, acknowledged);
      this.#settlements.settle(1);
    }
    if (reading !== undefined && --reading.unsettled === 0) this.#remove(reading.segment);
    this.#advance();
  }

  #remove(segment: SpillSegment): void {
    this.#options.disk?.remove(segment);
    if (this.#tail.isRefused) this.#tail.write();
  }

  #advance(): void {
    if (this.#isBehind() && this.#hasMemory() && !this.#closing) void this.#refill();
    if (!this.#full || this.#tail.lines.length > 0) return;
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
        for (const line of this.#tail.take()) this.#pushToMemory(line);
        break;
      }
      await this.#load(segment);
    }
    this.#refilling = false;
    this.#advance();
  }

  async #load(segment: SpillSegment): Promise<void> {
    const lines = await readSegment(segment, this.#options.log);
    if (this.#closing) return;
    const reading = { segment, unsettled: lines.length };
    for (const line of lines) this.#pushToMemory(Object.assign(line, { reading }));
    this.#settleMissing(segment, lines);
    if (lines.length === 0) this.#remove(segment);
  }

  /** Lines that cannot be read will never be acknowledged: nobody waits for them, and the tallies count them as missing. */
  #settleMissing({ lines, messages }: SpillSegment, cameBack: readonly QueuedLine[]): void {
    if (lines === undefined || lines === cameBack.length) return;
    this.#lost += lines - cameBack.length;
    for (const message of messages.missing(cameBack)) this.#options.onSettled(message, false);
    this.#settlements.settle(lines - cameBack.length);
  }
}
