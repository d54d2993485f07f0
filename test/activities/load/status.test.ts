import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { withAdmin } from '../../../activities/kafka/admin.ts';
import type { Topics } from '../../../activities/kafka/topics.ts';
import { readLoadStatus } from '../../../activities/load/status.ts';
import { formatTile } from '../../../activities/red/tile.ts';
import { addHours } from '../../../workflows/hour.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { createCountingHdfs } from '../hdfs/counting-hdfs.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { deleteRecords, deleteTopics, freshTopics, realKafka } from '../kafka/real-kafka.ts';

describe('readLoadStatus(options), of a lake older than 24 hours', function () {
  this.timeout(60_000);
  const groupId = `load-${randomUUID()}`;
  const root = '/r';
  let kafka: Kafka;
  let topics: Topics;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    kafka = await realKafka();
    topics = await freshTopics(kafka, 4);
    const producer = kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: 40 }, (_, number) => ({ partition: number % 4, value: 'x' }));
    await producer.send({ topic: topics.chat, messages });
    await producer.disconnect();
    await withAdmin(kafka, (admin) =>
      admin.setOffsets({ groupId, topic: topics.chat, partitions: [{ partition: 1, offset: '6' }] }),
    );
    await deleteRecords(kafka, topics.chat, 2, 3n);
  });

  after(async () => {
    await deleteTopics(kafka, topics);
    await withAdmin(kafka, (admin) => admin.deleteGroups([groupId]));
  });

  it('lists 24 hours, and uses Kafka’s offset for partitions without a tile in them', async () => {
    const store = new MemoryHdfs();
    const write = (name: string) => store.writeText(`${root}/red/chat/${name}`, '', { createParent: true });
    const newest = '2026-11-25T14';
    await write(formatTile({ hour: addHours(newest, -50), partition: 1, from: 0n, to: 6n }));
    for (let back = 49; back >= 2; back--) {
      await store.mkdirs(`${root}/red/chat/hour=${addHours(newest, -back)}`);
    }
    await write(formatTile({ hour: addHours(newest, -1), partition: 0, from: 0n, to: 4n }));
    await write(formatTile({ hour: newest, partition: 0, from: 4n, to: 8n }));
    await write('gaps/p3-0-5.json');

    const { hdfs, listed } = createCountingHdfs(store);
    const { partitions } = await readLoadStatus({ kafka, hdfs, root, topics, groupId });
    assert.deepEqual(
      partitions.map(({ table, partition, nextOffset, lag, tiles }) => [table, partition, nextOffset, lag, tiles]),
      [
        ['chat', 0, '8', '2', 2],
        ['chat', 1, '6', '4', 0],
        ['chat', 2, '3', '7', 0],
        ['chat', 3, '5', '5', 0],
        ['coverage', 0, '0', '0', 0],
      ],
      'by tiles, by the committed offset, by the start of the log, by a gap record',
    );
    assert.deepEqual(
      partitions.map(({ gapLines, tilingFaults }) => [gapLines, tilingFaults]),
      [['0', 0], ['0', 0], ['0', 0], ['5', 0], ['0', 0]], // prettier-ignore
    );
    assert.equal(listed.length, 2 + 24 + 2, 'gaps and hours of each table, and 24 hours of chat');
  });

  it('counts tiling faults and describes the first 20', async () => {
    const store = new MemoryHdfs();
    for (let from = 0; from < 60; from += 2) {
      const name = formatTile({ hour: '2026-11-25T14', partition: 1, from: BigInt(from), to: BigInt(from + 1) });
      await store.writeText(`${root}/red/chat/${name}`, '', { createParent: true });
    }
    const status = await readLoadStatus({ kafka, hdfs: store, root, topics, groupId });
    assert.deepEqual(
      status.partitions.map(({ tilingFaults }) => tilingFaults),
      [0, 29, 0, 0, 0],
    );
    assert.equal(status.tilingFaults.length, 20);
    assert.match(status.tilingFaults[0] ?? '', /^chat partition 1: offsets 1 up to 2 are missing before/);
  });
});
