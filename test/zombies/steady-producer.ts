import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../activities/load/installation.ts';

export interface SteadyProducer {
  /** Number of chat lines that Kafka has acknowledged. */
  acknowledged(): number;
  /** @throws the error that stopped it earlier */
  stop(): Promise<void>;
}

const LINES_AT_ONCE = 20;
const PAUSE_MS = 50;

/** Sends lines to the chat topic and records to the coverage topic until it is stopped. */
export async function startProducing({ kafka, topics }: Installation): Promise<SteadyProducer> {
  const producer = kafka.producer();
  await producer.connect();
  let acknowledged = 0;
  const stopping = new AbortController();
  const running = (async () => {
    for (let round = 0; !stopping.signal.aborted; round++) {
      const headers = () => ({ receivedAt: String(Date.now()), collector: 'c1' });
      const messages = Array.from({ length: LINES_AT_ONCE }, (_, index) => ({
        key: `key-${index}`,
        value: `@id=${crypto.randomUUID()} :a PRIVMSG #b :${round} 안녕`,
        headers: headers(),
      }));
      await producer.send({ topic: topics.chat, messages });
      await producer.send({ topic: topics.coverage, messages: [{ key: 'c1', value: '{}', headers: headers() }] });
      acknowledged += messages.length;
      await delay(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  running.catch(() => {});
  return {
    acknowledged: () => acknowledged,
    stop: async () => {
      stopping.abort();
      await running;
      await producer.disconnect();
    },
  };
}
