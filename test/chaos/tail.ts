import { randomUUID } from 'node:crypto';
import type { Consumer, Kafka } from 'kafkajs';
import { readLineHead, tagOf } from '../../activities/irc/line-kind.ts';
import { TOPICS } from '../integration/default-topics.ts';

/** Follows the chat topic without the proxies: which messages Kafka has from which collector. */
export class Tail {
  readonly #consumer: Consumer;
  readonly #ids = new Map<string, Set<string>>();
  readonly #channels = new Set<string>();

  constructor(kafka: Kafka) {
    this.#consumer = kafka.consumer({
      groupId: `chaos-${randomUUID()}`,
      sessionTimeout: 10_000,
      heartbeatInterval: 500,
      maxWaitTimeInMs: 100,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 100_000 },
    });
  }

  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: TOPICS.chat, fromBeginning: true });
    await this.#consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { value, headers } of batch.messages) this.#add(value, String(headers?.['collector']));
      },
    });
  }

  /** Whether Kafka has the message from a run of this collector. */
  has(collector: string, id: string): boolean {
    return this.#ids.get(collector)?.has(id) ?? false;
  }

  /** Whether Kafka has any line of the channel. */
  knows(channelLogin: string): boolean {
    return this.#channels.has(channelLogin);
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  #add(line: Buffer | null, run: string): void {
    if (line === null) return;
    const { channelLogin } = readLineHead(line);
    if (channelLogin !== undefined) this.#channels.add(channelLogin);
    const id = tagOf(line, 'id');
    const collector = run.split('-')[0] ?? run;
    let ids = this.#ids.get(collector);
    if (ids === undefined) this.#ids.set(collector, (ids = new Set()));
    ids.add(id);
  }
}
