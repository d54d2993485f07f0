import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import type { CoverageRecord } from '../../../activities/kafka/coverage-record.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { createBroker, line } from '../kafka/broker-double.ts';

describe('createLineProducer(options).progress()', () => {
  const neverUsed = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
  let root: string;

  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'chatlake-progress-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function create(broker = createBroker(), highWaterBytes = 32 * 1024 * 1024, now = Date.now) {
    const producer = createLineProducer({
      kafka: neverUsed,
      topics: { chat: 'chat', coverage: 'coverage' },
      collector: 'c1',
      log: silentLog,
      now,
      sendMessages: broker.send,
      highWaterBytes,
      spill: { directory: join(root, 'spill'), name: 'c1', maxBytes: 1e9, retryMs: 20 },
      closing: { keepMs: 10, giveUpMs: 20 },
    });
    return { broker, producer };
  }

  const record = (kind: 'join' | 'loss'): CoverageRecord => ({
    kind,
    collector: 'c1',
    channelId: '1',
    channelLogin: 'one',
    at: '2026-11-25T14:00:00.000Z',
  });

  it('counts lines and coverage records, and what waits while Kafka is away', async () => {
    const { broker, producer } = create();
    broker.treat = () => 'refuse';
    for (let number = 0; number < 10; number++) producer.send(line('1', number));
    producer.coverage(record('join'));
    producer.coverage(record('loss'));
    producer.coverage(record('join'));
    const { waitingBytes, ...counts } = producer.progress();
    assert.deepEqual(counts, {
      received: 10,
      acknowledged: 0,
      lost: 0,
      coverage: { join: 2, loss: 1, end: 0, fill: 0 },
      talliedUntilMs: undefined,
    });
    assert.ok(waitingBytes > 0);
    broker.treat = () => 'take';
    await producer.flush();
    const { received, acknowledged, waitingBytes: rest } = producer.progress();
    assert.deepEqual([received, acknowledged, rest], [10, 10, 0]);
    await producer.close();
  });

  it('tells up to when coverage says that everything was heard: the last window of which Kafka has all lines', async () => {
    let nowMs = 1_000_000;
    const { broker, producer } = create(createBroker(), undefined, () => nowMs);
    producer.send({ ...line('1', 1), receivedAtMs: 1_001_000 });
    nowMs = 1_015_000;
    await producer.flush();
    assert.equal(producer.progress().talliedUntilMs, 1_010_000);
    broker.treat = () => 'refuse';
    producer.send({ ...line('1', 2), receivedAtMs: 1_016_000 });
    nowMs = 1_100_000;
    const { sends } = broker;
    await waitFor('two refusals', () => broker.sends > sends + 1);
    assert.equal(producer.progress().talliedUntilMs, 1_010_000);
    broker.treat = () => 'take';
    await producer.flush();
    assert.equal(producer.progress().talliedUntilMs, 1_020_000);
    await producer.close();
  });

  it('counts a line that is too large for Kafka as lost', async () => {
    const { broker, producer } = create();
    const tooLarge = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    broker.treat = (_topic, messages) =>
      messages.some(({ value }) => String(value).endsWith(' 3')) ? tooLarge : 'take';
    for (let number = 0; number < 5; number++) producer.send(line('1', number));
    await producer.flush();
    const { acknowledged, lost } = producer.progress();
    assert.deepEqual([acknowledged, lost], [4, 1]);
    await producer.close();
  });

  it('counts lines that an earlier run left on disk when Kafka has them', async () => {
    const first = create();
    first.broker.treat = () => 'refuse';
    for (let number = 0; number < 10; number++) first.producer.send(line('1', number));
    await first.producer.close();
    assert.equal(readdirSync(join(root, 'spill', 'c1')).length, 1);
    const { producer } = create();
    await waitFor('the lines to be sent', () => producer.progress().acknowledged === 10);
    assert.equal(producer.progress().received, 0);
    await producer.close();
  });

  it('counts lines whose file was removed as lost', async () => {
    const { broker, producer } = create(createBroker(), 0);
    broker.treat = () => 'refuse';
    for (let number = 0; number < 10; number++) producer.send(line('1', number));
    await waitFor('the lines to be on disk', () => readdirSync(join(root, 'spill', 'c1')).length > 0);
    rmSync(join(root, 'spill', 'c1'), { recursive: true });
    broker.treat = () => 'take';
    await producer.flush();
    const { received, acknowledged, lost } = producer.progress();
    assert.equal(acknowledged + lost, received);
    assert.ok(lost > 0);
    await producer.close();
  });
});
