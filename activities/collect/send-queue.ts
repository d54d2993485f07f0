import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { connectionFault } from '../kafka/connection-fault.ts';
import { kafkaErrorType } from '../kafka/error.ts';
import { Settlements } from './settlements.ts';

/** Sends messages to a topic. Resolves when all replicas have acknowledged all of them; rejects if that is not certain. */
export type SendMessages = (topic: string, messages: Message[]) => Promise<void>;

/** A message in the queue, with the size it is counted as. */
interface Waiting<T> {
  item: T;
  bytes: number;
  /** Kafka's answer, once there is one: true if all replicas have it, false if it was refused for good. */
  acknowledged?: boolean;
}

interface SendQueueOptions<T> {
  topic: string;
  send: SendMessages;
  toMessage: (item: T) => Message;
  keyOf: (item: T) => string;
  /** Called once per item, in order: `acknowledged` by all replicas, or refused for good because it is too large. */
  onSettled: (item: T, acknowledged: boolean) => void;
  log: Log;
}

/** Below Kafka's usual limit of 1 MiB, even if the whole batch goes to one partition. */
const MAX_BATCH_BYTES = 900_000;
const MAX_BATCH_ITEMS = 2_000;
/** Size of a record beside its key and value: offsets, times, headers. */
const RECORD_OVERHEAD_BYTES = 100;
const LINGER_MS = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/**
 * The queue of one topic. It sends one batch at a time and waits for its acknowledgement, so that the lines of a partition keep their order
 * whatever fails. If the broker stored a batch, or a part of it, and its answer was lost, the topic holds lines twice. Yellow keeps one row
 * per message id, so the copies vanish there.
 *
 * A batch is sent as a whole. What Kafka does not acknowledge is sent again, for ever, with growing pauses, and then *by key*. One key is one
 * partition, so if one partition fails for an hour, only its own lines are sent again and again; the others once more.
 *
 * A batch that is too large for the broker is halved. A single message that is too large would block the queue for ever: it is logged,
 * settled as not acknowledged, and left out. The limits here and `ensureTopics` keep this from happening.
 *
 * {@link stop} ends it. A batch that is being sent then may or may not arrive.
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

  /** Size of all items that are not settled. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** All items without an answer from Kafka, in order. */
  get unanswered(): T[] {
    const open = this.#batch.filter(({ acknowledged }) => acknowledged === undefined);
    return [...open, ...this.#waiting.slice(this.#head)].map(({ item }) => item);
  }

  push(item: T, payloadBytes: number): void {
    const bytes = payloadBytes + RECORD_OVERHEAD_BYTES;
    this.#waiting.push({ item, bytes });
    this.#waitingBytes += bytes;
    this.#settlements.take();
    if (this.#pumping) return;
    this.#pumping = true;
    setTimeout(() => void this.#pump(), LINGER_MS);
  }

  /** Resolves when everything taken so far is settled. */
  flush(): Promise<void> {
    return this.#settlements.flush();
  }

  /** Settles what Kafka has answered, and leaves the rest unsettled for good. */
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
    for (let bytes = 0; end < this.#waiting.length && end - this.#head < MAX_BATCH_ITEMS; end++) {
      bytes += this.#waiting[end]?.bytes ?? 0;
      if (bytes > MAX_BATCH_BYTES && end > this.#head) break;
    }
    const batch = this.#waiting.slice(this.#head, end);
    this.#head = end;
    if (this.#head === this.#waiting.length || this.#head > 100_000) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  /** Resolves when Kafka has answered for the whole batch, or the queue is stopped. */
  async #deliver(batch: Waiting<T>[]): Promise<void> {
    let open = [batch];
    for (let pauseMs = FIRST_PAUSE_MS; open.length > 0;) {
      const [part = [], ...others] = open;
      const rest = await this.#send(part, pauseMs);
      open = [...others, ...this.#byKey(rest)];
      if (rest.length > 0) await this.#pause(pauseMs);
      pauseMs = rest.length > 0 ? Math.min(pauseMs * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
      if (this.#stopping.signal.aborted) return;
    }
  }

  /** Sends a part, in halves if it is too large. Returns what to send again: everything from the first failed line on, to keep the order. */
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
      if (TOO_LARGE.has(kafkaErrorType(error) ?? '')) return await this.#sendHalves(part, pauseMs);
      const facts = { topic, lines: part.length, waitingBytes: this.#waitingBytes, pauseMs, error: reasonOf(error) };
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

function reasonOf(error: unknown): string {
  return connectionFault(error)?.message ?? String(error);
}
