import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import type { Log } from '../../workers/logger.ts';
import { kafkaErrorType } from './kafka-error.ts';
import { Settlements } from './settlements.ts';

/** Sends messages to a topic; resolves when all replicas have acknowledged them all, and rejects when that is not certain. */
export type SendMessages = (topic: string, messages: Message[]) => Promise<void>;

/** A message on its way, with its size in the queue's accounts. */
interface Waiting<T> {
  item: T;
  bytes: number;
}

interface SendQueueOptions<T> {
  topic: string;
  send: SendMessages;
  toMessage: (item: T) => Message;
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
 * keep their order whatever fails. A batch that fails is sent again, for ever, with growing pauses. Where the broker had taken it and only
 * its answer was lost, or had taken a part, the topic holds lines twice; yellow keeps one row per message id, so that they vanish there.
 *
 * A batch that is too large for the broker is halved and sent in parts. A single message that is too large would block the queue for ever:
 * it is logged, settled as not acknowledged and left out. The limits here and `ensureTopics` keep this from happening.
 */
export class SendQueue<T> {
  readonly #options: SendQueueOptions<T>;
  #waiting: Waiting<T>[] = [];
  #head = 0;
  #waitingBytes = 0;
  #pumping = false;
  readonly #settlements = new Settlements();

  constructor(options: SendQueueOptions<T>) {
    this.#options = options;
  }

  /** Bytes of all items that are not settled yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
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

  async #pump(): Promise<void> {
    for (let batch = this.#takeBatch(); batch.length > 0; batch = this.#takeBatch()) {
      await this.#deliver(batch);
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

  async #deliver(batch: Waiting<T>[]): Promise<void> {
    const { topic, send, toMessage, log } = this.#options;
    const messages = batch.map((waiting) => toMessage(waiting.item));
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await send(topic, messages);
        this.#settle(batch, true);
        return;
      } catch (error) {
        const type = kafkaErrorType(error);
        if (type !== undefined && tooLarge.has(type)) return await this.#deliverInParts(batch);
        const facts = { topic, lines: batch.length, waitingBytes: this.#waitingBytes, pauseMs, error: String(error) };
        log.warn('Kafka did not acknowledge a batch; it is kept and sent again', facts);
        await delay(pauseMs);
      }
    }
  }

  async #deliverInParts(batch: Waiting<T>[]): Promise<void> {
    const [first] = batch;
    if (batch.length === 1 && first !== undefined) {
      const facts = { topic: this.#options.topic, bytes: first.bytes };
      this.#options.log.error('Kafka refused a message as too large; raise max.message.bytes of the topic', facts);
      this.#settle(batch, false);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.#deliver(batch.slice(0, middle));
    await this.#deliver(batch.slice(middle));
  }

  #settle(batch: Waiting<T>[], acknowledged: boolean): void {
    for (const { bytes } of batch) this.#waitingBytes -= bytes;
    for (const { item } of batch) this.#options.onSettled(item, acknowledged);
    this.#settlements.settle(batch.length);
  }
}
