import type { Message } from 'kafkajs';
import type { CollectedLine } from '../../../activities/kafka/collected-line.ts';
import type { CoverageRecord, TallyRecord } from '../../../activities/kafka/coverage-record.ts';
import type { SendMessages } from '../../../activities/collect/send-queue.ts';

export const line = (key: string, number: number, receivedAtMs = Date.now()): CollectedLine => ({
  key,
  line: Buffer.from(`@id=${number} :a PRIVMSG #${key} :안녕 ${number}`),
  receivedAtMs,
  isMessage: true,
});

export const sums = (tallies: TallyRecord[]) => ({
  received: tallies.reduce((sum, { received }) => sum + received, 0),
  acknowledged: tallies.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
});

/** The lines that were collected or are held, by key and in order, as text. */
export function linesByKey(lines: readonly (CollectedLine | Message)[]): Record<string, string[]> {
  const texts: Record<string, string[]> = {};
  for (const one of lines) (texts[String(one.key)] ??= []).push(String('line' in one ? one.line : one.value));
  return texts;
}

/** A fake broker: what it holds, and how it handles the next sends. The topics are `chat` and `coverage`. */
export function createBroker() {
  const held = new Map<string, Message[]>();
  const broker = {
    held: (topic: string) => held.get(topic) ?? [],
    values: (topic: string) => (held.get(topic) ?? []).map((message) => String(message.value)),
    tallies: () =>
      broker
        .values('coverage')
        .map((value) => JSON.parse(value) as CoverageRecord)
        .filter((record) => record.kind === 'tally'),
    sends: 0,
    inFlight: 0,
    most: 0,
    /** Which of the accepted messages are appended. */
    take: (messages: Message[]): Message[] => messages,
    treat: (_topic: string, _messages: Message[]): 'take' | 'refuse' | 'takeAndLoseAnswer' | Error => 'take',
    send: (async (topic, messages) => {
      broker.sends++;
      broker.most = Math.max(broker.most, ++broker.inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      broker.inFlight--;
      const treatment = broker.treat(topic, messages);
      if (treatment instanceof Error) throw treatment;
      if (treatment !== 'refuse') held.set(topic, [...(held.get(topic) ?? []), ...broker.take(messages)]);
      if (treatment !== 'take') throw new Error('The connection was closed');
    }) satisfies SendMessages,
  };
  return broker;
}
