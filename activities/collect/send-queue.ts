import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { kafkaErrorType } from '../kafka/error.ts';
import { Settlements } from './settlements.ts';

/** Sends messages to a topic; resolves when all replicas have acknowledged them all, and rejects when that is not certain. */
export type SendMessages = (topic: string, messages: Message[]) => Promise<void>;

/** A message on its way, with its size in the queue's accounts. */
interface Waiting<T> {
  item: T;
  bytes: number;
  /** Kafka's answer, once there is one: acknowledged by all replicas, or refused for good. */
  acknowledged?: boolean;
}

interface SendQueueOptions<T> {
  topic: string;
  send: SendMessages;
  toMessage: (item: T) => Message;
  keyOf: (item: T) => string;
  /** Called once for each item, in order: acknowledged by all replicas, or refused for good because it is too large. */
  onSettled: (item: T, acknowledged: boolean) => void;
  log: Log;
}

/** A batch this large stays below Kafka's usual limit of 1 MiB, also when all of it goes to one partition. */
const maxBatchBytes = 900_000;
const maxBatchItems = 2_000;
/** What a record costs beside its key and value: offsets, times, headers. */
const recordOverheadBytes = 100;
const lingerMs = 5;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * The queue of one topic. At most one batch is on its way, and the next leaves when it has been acknowledged: so the lines of one partition
 * keep their order whatever fails. Where the broker had taken a batch and only its answer was lost, or had taken a part, the topic holds
 * lines twice; yellow keeps one row per message id, so that they vanish there.
 *
 * A batch is sent as a whole. What Kafka did not acknowledge is sent again, for ever, with growing pauses, and from then on *by key*: one
 * key is one partition, so a partition that is sick for an hour has only its own lines sent again, and those of the others once more.
 *
 * What is too large for the broker is halved and sent in parts. A single message that is too large would block the queue for ever:
 * it is logged, settled as not acknowledged and left out. The limits here and `ensureTopics` keep this from happening.
 *
 * {@link stop} ends all of it: nothing is sent any more, and what is on its way then may arrive or may not.
 */
export class SendQueue<T> {
  readonly #options: SendQueueOptions<T>;
  #batch: Waiting<T>[] = [];
  #waiting: Waiting<T>[] = [];
  #head = 0;
  #waitingBytes = 0;
  #pumping = false;
  readonly #stopping = new AbortController();
  readonly #settlements = new Settlements();

  constructor(options: SendQueueOptions<T>) {
    this.#options = options;
  }

  /** Bytes of all items that are not settled yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Everything that Kafka has not answered for, in order. */
  get unanswered(): T[] {
    const open = this.#batch.filter(({ acknowledged }) => acknowledged === undefined);
    return [...open, ...this.#waiting.slice(this.#head)].map(({ item }) => item);
  }

  push(item: T, payloadBytes: number): void {
    const bytes = payloadBytes + recordOverheadBytes;
    this.#waiting.push({ item, bytes });
    this.#waitingBytes += bytes;
    this.#settlements.take();
    if (this.#pumping) return;
    this.#pumping = true;
    setTimeout(() => void this.#pump(), lingerMs);
  }

  /** Resolves when everything taken so far is settled. */
  flush(): Promise<void> {
    return this.#settlements.flush();
  }

  /** Settles what Kafka has answered for, and leaves the rest unsettled for good. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#settle(this.#batch.filter(({ acknowledged }) => acknowledged !== undefined));
  }

  async #pump(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && (this.#batch = this.#takeBatch()).length > 0) {
      await this.#deliver(this.#batch);
      if (!signal.aborted) this.#settle(this.#batch);
    }
    this.#pumping = false;
  }

  #takeBatch(): Waiting<T>[] {
    let end = this.#head;
    for (let bytes = 0; end < this.#waiting.length && end - this.#head < maxBatchItems; end++) {
      bytes += this.#waiting[end]?.bytes ?? 0;
      if (bytes > maxBatchBytes && end > this.#head) break;
    }
    const batch = this.#waiting.slice(this.#head, end);
    this.#head = end;
    if (this.#head === this.#waiting.length || this.#head > 100_000) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  /** Resolves when Kafka has answered for all of it, or the queue is stopped. */
  async #deliver(batch: Waiting<T>[]): Promise<void> {
    let open = [batch];
    for (let pauseMs = firstPauseMs; open.length > 0;) {
      const [part = [], ...others] = open;
      const rest = await this.#send(part, pauseMs);
      open = [...others, ...this.#byKey(rest)];
      if (rest.length > 0) await this.#pause(pauseMs);
      pauseMs = rest.length > 0 ? Math.min(pauseMs * 2, longestPauseMs) : firstPauseMs;
      if (this.#stopping.signal.aborted) return;
    }
  }

  /** Sends a part, in halves where it is too large. Gives what is to be sent again: from the first line on that failed, so that order is kept. */
  async #send(part: Waiting<T>[], pauseMs: number): Promise<Waiting<T>[]> {
    const { topic, send, toMessage, log } = this.#options;
    if (this.#stopping.signal.aborted) return part;
    try {
      await send(
        topic,
        part.map(({ item }) => toMessage(item)),
      );
      for (const waiting of part) waiting.acknowledged = true;
      return [];
    } catch (error) {
      if (tooLarge.has(kafkaErrorType(error) ?? '')) return await this.#sendHalves(part, pauseMs);
      const facts = { topic, lines: part.length, waitingBytes: this.#waitingBytes, pauseMs, error: String(error) };
      log.warn('Kafka did not acknowledge a batch; it is kept and sent again', facts);
      return part;
    }
  }

  async #sendHalves(part: Waiting<T>[], pauseMs: number): Promise<Waiting<T>[]> {
    const [first] = part;
    if (part.length === 1 && first !== undefined) {
      const facts = { topic: this.#options.topic, bytes: first.bytes };
      this.#options.log.error('Kafka refused a message as too large; raise max.message.bytes of the topic', facts);
      first.acknowledged = false;
      return [];
    }
    const middle = Math.ceil(part.length / 2);
    const rest = await this.#send(part.slice(0, middle), pauseMs);
    if (rest.length > 0) return [...rest, ...part.slice(middle)];
    return this.#send(part.slice(middle), pauseMs);
  }

  #byKey(part: Waiting<T>[]): Waiting<T>[][] {
    return [...Map.groupBy(part, ({ item }) => this.#options.keyOf(item)).values()];
  }

  async #pause(pauseMs: number): Promise<void> {
    await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }

  #settle(batch: Waiting<T>[]): void {
    for (const { bytes } of batch) this.#waitingBytes -= bytes;
    for (const { item, acknowledged } of batch) this.#options.onSettled(item, acknowledged === true);
    this.#settlements.settle(batch.length);
  }
}
