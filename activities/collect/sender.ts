import { Partitioners } from 'kafkajs';
import type { Kafka } from 'kafkajs';
import { within } from '../../common/within.ts';
import type { SendMessages } from './send-queue.ts';

/** A producer of kafkajs, as the queues use it. */
export interface KafkaSender {
  send: SendMessages;
  /** Resolves within two seconds: what is on its way to a broker that does not answer is not waited for. */
  disconnect(): Promise<void>;
}

const disconnectMs = 2_000;

/**
 * Connects with the first send, so that a process may start while Kafka is away. It tries each send once: the queue is what tries again,
 * and knows what; kafkajs would send all partitions of a broker again because one of them is sick.
 */
export function createKafkaSender(kafka: Kafka): KafkaSender {
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 0 },
  });
  let connected: Promise<void> | undefined;

  async function connect(): Promise<void> {
    try {
      await producer.connect();
    } catch (error) {
      connected = undefined;
      throw error;
    }
  }

  return {
    async send(topic, messages) {
      await (connected ??= connect());
      await producer.send({ topic, messages, acks: -1 });
    },
    async disconnect() {
      await within(producer.disconnect(), disconnectMs);
    },
  };
}
