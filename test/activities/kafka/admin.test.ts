import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { ensureTopics, listOffsetsByTime, topicSpecs, withAdmin } from '../../../activities/kafka/admin.ts';
import { silentLog } from '../../../common/log.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { deleteRecords, deleteTopics, endOffsets, freshTopics, realKafka } from './real-kafka.ts';

describe('the Kafka admin', function () {
  this.timeout(60_000);
  let kafka: Kafka;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    kafka = await realKafka();
  });

  it('creates topics with LogAppendTime, and does nothing the second time', async () => {
    const topics = await freshTopics(kafka, 2);
    const specs = topicSpecs(topics, { chatPartitions: 2, replicationFactor: -1 });
    await ensureTopics(kafka, { topics: specs, log: silentLog });
    const before = Date.now();
    const producer = kafka.producer();
    await producer.connect();
    const [sent] = await producer.send({ topic: topics.chat, messages: [{ value: 'x', timestamp: '1' }] });
    await producer.disconnect();
    assert.ok(Number(sent?.logAppendTime) >= before - 1_000, 'the time is the broker’s');
    assert.deepEqual(
      (await endOffsets(kafka, topics.chat)).map(({ partition }) => partition),
      [0, 1],
    );
    await deleteTopics(kafka, topics);
  });

  it('names every wrong setting of an existing topic', async () => {
    const name = `wrong-${randomUUID()}`;
    const configEntries = [
      { name: 'message.timestamp.type', value: 'CreateTime' },
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'max.message.bytes', value: '1000' },
    ];
    await withAdmin(kafka, (admin) =>
      admin.createTopics({ topics: [{ topic: name, numPartitions: 1, configEntries }] }),
    );
    const topics = [{ name, partitions: 2, replicationFactor: 1 }];
    await assert.rejects(ensureTopics(kafka, { topics, log: silentLog }), (error: Error) => {
      for (const part of [
        'to have 2 partitions or more, found 1',
        '`message.timestamp.type` LogAppendTime, found `CreateTime`',
        '`cleanup.policy` delete, found `compact`',
        '`max.message.bytes` 1048588, found `1000`',
      ]) {
        assert.ok(error.message.includes(part), `${part} in ${error.message}`);
      }
      return true;
    });
    await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [name] }));
  });

  it('finds offsets by time, and the end for a future time', async () => {
    const topics = await freshTopics(kafka, 1);
    const producer = kafka.producer();
    await producer.connect();
    const messages = [{ value: 'a' }, { value: 'b' }];
    await producer.send({ topic: topics.chat, messages });
    const [second] = await producer.send({ topic: topics.chat, messages });
    await producer.disconnect();
    const at = async (timeMs: number) => (await listOffsetsByTime(kafka, topics.chat, timeMs))[0]?.offset;
    assert.equal(await at(0.5), 0n);
    assert.equal(await at(Date.now() + 3_600_000), 4n);
    assert.ok([0n, 2n].includes((await at(Number(second?.logAppendTime))) ?? -1n));
    await deleteRecords(kafka, topics.chat, 0, 3n);
    assert.equal(await at(0.5), 3n, 'the first that retention has left');
    assert.equal(await at(Date.now() + 3_600_000), 4n);
    await deleteTopics(kafka, topics);
  });
});
