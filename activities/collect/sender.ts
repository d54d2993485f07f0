import { Partitioners } from 'kafkajs';
import type { Kafka } from 'kafkajs';
import { within } from '../../common/within.ts';
import type { SendMessages } from './send-queue.ts';

/** The kafkajs producer as the queues see it. */
export interface KafkaSender {
  send: SendMessages;
  /** Resolves within two seconds, even if a broker does not answer. */
  disconnect(): Promise<void>;
}

const DISCONNECT_MS = 2_000;

/**
 * Connects with the first send, so that a process can start while Kafka is down. Each send is tried once. The queue retries, because it
 * knows what is missing: kafkajs would resend all partitions of a broker if one of them fails.
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
      await within(producer.disconnect(), DISCONNECT_MS);
    },
  };
}
