import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import type { LineProducerOptions } from '../../../activities/collect/line-producer.ts';
import type { SendMessages } from '../../../activities/collect/send-queue.ts';
import type { SpillOptions } from '../../../activities/spill/directory.ts';
import { tryLock } from '../../../activities/spill/lock.ts';
import { segmentsIn } from '../../../activities/spill/segment.ts';
import { silentLog } from '../../../common/log.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { createBroker, line, sums } from '../kafka/broker-double.ts';
import { readTopic, useRealKafka } from '../kafka/real-kafka.ts';

describe('createLineProducer({ spill }), when Kafka is away for longer than memory lasts', function () {
  this.timeout(120_000);
  const temporaryDirectory = temporaryDirectories();
  const neverUsed = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
  let directory: string;

  beforeEach(() => (directory = join(temporaryDirectory(), 'spill')));

  const create = (
    broker: { send: SendMessages },
    spill: Partial<SpillOptions> = {},
    more: Partial<LineProducerOptions> = {},
  ) =>
    createLineProducer({
      kafka: neverUsed,
      topics: { chat: 'chat', coverage: 'coverage' },
      collector: 'c1',
      log: silentLog,
      sendMessages: broker.send,
      highWaterBytes: 20_000,
      spill: { directory, maxBytes: 10_000_000, segmentBytes: 50_000, retryMs: 20, name: 'a', ...spill },
      ...more,
    });
  const texts = (count: number) => Array.from({ length: count }, (_, number) => line('1', number).line.toString());
  const segments = () => segmentsIn(directory);

  it('writes to disk, without a stop of the sockets, and sends all of it in order when Kafka is back', async () => {
    const broker = createBroker();
    const producer = create(broker);
    broker.treat = () => 'refuse';
    for (let number = 0; number < 10_000; number++) {
      assert.equal(producer.send(line('1', number)), true);
      if (number % 500 === 0) await turn();
    }
    assert.ok(segments().length > 5, 'several segments');
    await waitFor('a refusal', () => broker.sends > 0);
    broker.treat = () => 'take';
    await waitFor('some to be taken', () => broker.held('chat').length > 2_000);
    for (let number = 10_000; number < 11_000; number++) producer.send(line('1', number));
    await producer.flush();
    assert.deepEqual(broker.values('chat'), texts(11_000));
    assert.deepEqual(segments(), []);
    const last = line('1', 11_000);
    producer.send(last);
    await producer.close();
    assert.equal(broker.values('chat').at(-1), String(last.line), 'memory goes on');
    assert.deepEqual(broker.held('chat')[5_000]?.headers?.['collector'], 'c1');
    assert.deepEqual(sums(broker.tallies()), { received: 11_001, acknowledged: 11_001 });
    assert.deepEqual(segments(), []);
  });

  it('tells no window before its lines on disk are acknowledged', async () => {
    const broker = createBroker();
    const producer = create(broker);
    let refusals = 0;
    broker.treat = (topic) => (topic === 'chat' && ++refusals ? 'refuse' : 'take');
    const window = Date.now() - 60_000;
    for (let number = 0; number < 1_000; number++) producer.send(line('1', number, window));
    await waitFor('a few refusals', () => refusals > 3);
    assert.deepEqual(broker.tallies(), []);
    broker.treat = () => 'take';
    await producer.flush();
    assert.deepEqual(sums(broker.tallies()), { received: 1_000, acknowledged: 1_000 });
    await producer.close();
  });

  it('asks the caller to wait at the cap, and lets it go on when there is room again', async () => {
    const broker = createBroker();
    const producer = create(broker, { maxBytes: 60_000, segmentBytes: 10_000 });
    let writable = 0;
    producer.onWritable(() => writable++);
    broker.treat = () => 'refuse';
    let taken = 0;
    for (; producer.send(line('1', taken++));) await Promise.resolve();
    assert.ok(taken > 500 && taken < 2_000, `taken: ${taken}`);
    for (const more of [1, 2, 3])
      assert.equal(producer.send(line('1', taken++)), false, `it takes the ${more}th all the same`);
    assert.equal(writable, 0);
    broker.treat = () => 'take';
    await waitFor('room', () => writable === 1);
    await producer.flush();
    await producer.close();
    assert.deepEqual(broker.values('chat'), texts(taken));
    assert.deepEqual(segments(), []);
  });

  it('asks the caller to wait when the disk fails, and tries it again by itself', async () => {
    const broker = createBroker();
    writeFileSync(directory, 'stands where the directory should be');
    const producer = create(broker);
    let writable = 0;
    producer.onWritable(() => writable++);
    broker.treat = () => 'refuse';
    let taken = 0;
    for (; producer.send(line('1', taken++));) await Promise.resolve();
    assert.ok(taken > 50 && taken < 500, `taken: ${taken}`);
    rmSync(directory);
    await waitFor('lines on disk, Kafka being away', () => writable === 1);
    assert.equal(producer.send(line('1', taken++)), true);
    broker.treat = () => 'take';
    await producer.close();
    assert.deepEqual(broker.values('chat'), texts(taken));
  });

  it('goes on from memory when Kafka is back before the disk is', async () => {
    const broker = createBroker();
    writeFileSync(directory, 'stands where the directory should be');
    const producer = create(broker);
    let writable = 0;
    producer.onWritable(() => writable++);
    broker.treat = () => 'refuse';
    let taken = 0;
    for (; producer.send(line('1', taken++));) await Promise.resolve();
    broker.treat = () => 'take';
    await waitFor('room', () => writable === 1);
    await producer.close();
    assert.deepEqual(broker.values('chat'), texts(taken));
  });

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`keeps every line once and in order, whatever Kafka and the disk do (${seed})`, async () => {
      let state = seed;
      const chance = (share: number) => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 < share;
      const broker = createBroker();
      let away = false;
      broker.treat = () => (away && chance(0.9) ? 'refuse' : 'take');
      const write: SpillOptions['write'] = (descriptor, bytes) => {
        const part = bytes.subarray(0, chance(0.3) ? Math.ceil(bytes.length / 2) : bytes.length);
        if (chance(0.05)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        return writeSync(descriptor, part);
      };
      const producer = create(
        broker,
        { write, maxBytes: 200_000, segmentBytes: 5_000, retryMs: 5 },
        { highWaterBytes: 5_000 },
      );
      const total = 8_000;
      let mayGoOn = Promise.withResolvers<void>();
      producer.onWritable(() => mayGoOn.resolve());
      for (let number = 0; number < total; number++) {
        if (number % 700 === 0) away = number < total - 1_000 && chance(0.7);
        mayGoOn = Promise.withResolvers<void>();
        if (!producer.send(line('1', number))) {
          if (chance(0.5)) away = false;
          if (!away) await mayGoOn.promise;
        }
        if (chance(0.02)) await turn();
      }
      away = false;
      await producer.close();
      assert.deepEqual(broker.values('chat'), texts(total));
      assert.deepEqual(sums(broker.tallies()), { received: total, acknowledged: total });
      assert.deepEqual(segments(), []);
    });
  }

  it('sends first what a collector that was killed left on disk, with its name and times', async () => {
    const program = fileURLToPath(new URL('spilling-collector.ts', import.meta.url));
    await new Promise((resolve) => execFile(process.execPath, [program, directory], resolve));
    assert.ok(segments().length > 0);
    assert.ok(tryLock(join(directory, 'a')), 'its lock is free');

    const broker = createBroker();
    const producer = create(broker);
    producer.send(line('1', 5_000, 5_000));
    await producer.flush();
    await producer.close();
    const headers = broker
      .held('chat')
      .map((message) => [message.headers?.['collector'], message.headers?.['receivedAt']]);
    const fromDisk = headers.slice(0, -1).map(([, receivedAt]) => Number(receivedAt));
    assert.ok(fromDisk.length > 1_500, `${fromDisk.length} lines: all but those in memory`);
    assert.deepEqual(
      fromDisk,
      Array.from({ length: fromDisk.length }, (_, index) => 2_000 - fromDisk.length + index),
    );
    assert.ok(headers.slice(0, -1).every(([collector]) => collector === 'dead'));
    assert.deepEqual(headers.at(-1), ['c1', '5000']);
    assert.deepEqual(sums(broker.tallies()), { received: 1, acknowledged: 1 }, 'its own only');
    assert.deepEqual(segments(), []);
  });

  it('leaves to the next what it took over and has not sent when it is closed', async () => {
    const program = fileURLToPath(new URL('spilling-collector.ts', import.meta.url));
    await new Promise((resolve) => execFile(process.execPath, [program, directory], resolve));
    const broker = createBroker();
    const producer = create(broker);
    await producer.close();
    const next = create(broker, {}, { collector: 'c2' });
    next.send(line('1', 5_000, 5_000));
    await next.flush();
    await next.close();
    const times = new Set(broker.held('chat').map((message) => Number(message.headers?.['receivedAt'])));
    assert.ok(times.size > 1_500);
    assert.deepEqual(segments(), []);
  });

  describe('with a real broker', () => {
    const broker = useRealKafka(3);

    it('has every line in the topic once and in order for each key', async () => {
      const { kafka, topics } = broker();
      const real = kafka.producer();
      await real.connect();
      let away = true;
      const send: SendMessages = async (topic, messages) => {
        if (away) throw new Error('The connection was closed');
        await real.send({ topic, messages, acks: -1 });
      };
      const producer = create({ send }, {}, { topics });
      const lines = Array.from({ length: 10_000 }, (_, number) => line(`key-${number % 20}`, number));
      for (const [number, one] of lines.entries()) {
        if (number % 300 === 0) await turn();
        if (number === 8_000) away = false;
        producer.send(one);
      }
      await producer.close();
      await real.disconnect();
      const held = await readTopic(kafka, topics.chat);
      assert.equal(held.length, lines.length);
      for (const key of new Set(lines.map((one) => one.key))) {
        assert.deepEqual(
          held.filter((record) => String(record.key) === key).map((record) => String(record.value)),
          lines.filter((one) => one.key === key).map((one) => one.line.toString()),
        );
      }
      const { headers } = held.find((record) => String(record.value) === String(lines[7_000]?.line)) ?? {};
      assert.deepEqual(headers, {
        receivedAt: Buffer.from(String(lines[7_000]?.receivedAtMs)),
        collector: Buffer.from('c1'),
      });
      assert.deepEqual(segments(), []);
    });
  });
});
