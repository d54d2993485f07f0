import type { Kafka, Message } from 'kafkajs';
import { readRecords } from './records.ts';

/** Sends the last records of a partition again unchanged, as a restored broker or a faulty tool would. */
export async function copyRecords(
  kafka: Kafka,
  topic: string,
  { partition, records }: { partition: number; records: number },
): Promise<void> {
  const copies: Message[] = [];
  await readRecords(kafka, topic, (message, of) => {
    if (of !== partition) return;
    const { key, value, headers } = message;
    copies.push({ key, value, partition, ...(headers === undefined ? {} : { headers }) });
    if (copies.length > records) copies.shift();
  });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: copies });
  await producer.disconnect();
}
