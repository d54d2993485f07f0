import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import type { IHeaders } from 'kafkajs';
import type { CoverageRecord } from '../../../activities/kafka/coverage-record.ts';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import type { LineProducerOptions } from '../../../activities/collect/line-producer.ts';
import type { SpillOptions } from '../../../activities/spill/directory.ts';
import { segmentsIn } from '../../../activities/spill/segment.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { createBroker, line, linesByKey, sums } from '../kafka/broker-double.ts';

type Broker = ReturnType<typeof createBroker>;

describe('close() of a line producer, while Kafka is away', function () {
  this.timeout(60_000);
  const temporaryDirectory = temporaryDirectories();
  const neverUsed = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });
  let directory: string;
  let logged: string[];
  const note = (message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };
  const said = (part: string) => logged.filter((message) => message.includes(part)).length;

  beforeEach(() => {
    directory = join(temporaryDirectory(), 'spill');
    logged = [];
  });

  const create = (
    broker: Broker,
    collector: string,
    spill: Partial<SpillOptions> = {},
    more: Partial<LineProducerOptions> = {},
  ) =>
    createLineProducer({
      kafka: neverUsed,
      topics: { chat: 'chat', coverage: 'coverage' },
      collector,
      log,
      sendMessages: broker.send,
      highWaterBytes: 20_000,
      closing: { keepMs: 50, giveUpMs: 30_000 },
      spill: {
        directory,
        maxBytes: 10_000_000,
        segmentBytes: 20_000,
        retryMs: 20,
        name: 'a',
        ...spill,
      },
      ...more,
    });
  const end = (at: string): CoverageRecord => ({ kind: 'end', collector: 'c1', channelId: '1', channelLogin: 'a', at });
  const left = () => [directory, `${directory}-coverage`].filter((one) => existsSync(one)).flatMap(segmentsIn);
  /** What the next run sends when Kafka is there. */
  async function runNext(broker: Broker): Promise<void> {
    // What a run that has ended still had on its way may arrive; here it has not.
    await waitFor('nothing to be on its way', () => broker.inFlight === 0);
    broker.treat = () => 'take';
    const next = create(broker, 'next');
    await waitFor('all that was left to be sent', () => left().length === 0);
    await next.close();
  }

  for (const [name, count] of [
    ['that memory has room for', 50],
    ['in memory and on disk', 3_000],
  ] as const) {
    it(`keeps lines ${name}, with the coverage records, for the next run, which sends each once and in order`, async () => {
      const broker = createBroker();
      broker.treat = () => 'refuse';
      const producer = create(broker, 'c1');
      const lines = Array.from({ length: count }, (_, number) => line(String(number % 3), number, 1_000 + number));
      for (const one of lines) producer.send(one);
      producer.coverage(end('2026-11-25T14:00:00.000Z'));
      await producer.close();
      assert.equal(said('are kept on disk'), 2, 'once for lines and once for records');
      await runNext(broker);
      assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
      assert.ok(broker.held('chat').every((message) => message.headers?.['collector'] === 'c1'));
      assert.deepEqual(
        broker.values('coverage').map((value) => JSON.parse(value) as unknown),
        [end('2026-11-25T14:00:00.000Z')],
        'the windows of what was kept are not told',
      );
      assert.deepEqual(left(), []);
    });
  }

  it('tells the windows whose lines were all acknowledged, and no other', async () => {
    const broker = createBroker();
    const producer = create(broker, 'c1');
    for (let number = 0; number < 10; number++) producer.send(line('1', number, 5_000));
    await producer.flush();
    broker.treat = () => 'refuse';
    const nowMs = Date.now();
    for (let number = 10; number < 20; number++) producer.send(line('1', number, nowMs));
    await producer.close();
    await runNext(broker);
    assert.deepEqual(sums(broker.tallies()), { received: 10, acknowledged: 10 });
    assert.equal(broker.held('chat').length, 20);
  });

  it('keeps only what was not acknowledged, where one partition is sick', async () => {
    const broker = createBroker();
    const producer = create(broker, 'c1');
    let healthy = 0;
    broker.treat = (topic, messages) => {
      if (topic === 'chat' && messages.some(({ key }) => key === '3')) return 'refuse';
      if (topic === 'chat') healthy += messages.length;
      return 'take';
    };
    const lines = Array.from({ length: 50 }, (_, number) => line(String(number % 5), number));
    for (const one of lines) producer.send(one);
    await waitFor('the healthy ones', () => healthy === 40);
    await producer.close();
    await runNext(broker);
    assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
  });

  it('keeps what is left of segments that Kafka has taken a part of', async () => {
    const broker = createBroker();
    broker.treat = () => 'refuse';
    const producer = create(broker, 'c1');
    const lines = Array.from({ length: 6_000 }, (_, number) => line('1', number));
    for (const one of lines) {
      producer.send(one);
      if (Number(one.receivedAtMs) % 50 === 0) await turn();
    }
    let taken = 0;
    broker.treat = (topic, messages) => {
      if (topic === 'chat' && taken > 2_000) return 'refuse';
      taken += messages.length;
      return 'take';
    };
    await waitFor('a part to be taken', () => taken > 2_000);
    await producer.close();
    assert.ok(broker.held('chat').length < 6_000);
    await runNext(broker);
    assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
    assert.deepEqual(left(), []);
  });

  it('keeps lines at the cap too', async () => {
    const broker = createBroker();
    broker.treat = () => 'refuse';
    const producer = create(broker, 'c1', { maxBytes: 50_000 });
    const lines = Array.from({ length: 3_000 }, (_, number) => line('1', number));
    for (const one of lines) producer.send(one);
    await producer.close();
    await runNext(broker);
    assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
  });

  it('waits for the disk where that fails, says so once, and keeps all when it works again', async () => {
    const broker = createBroker();
    broker.treat = () => 'refuse';
    mkdirSync(dirname(directory), { recursive: true });
    writeFileSync(directory, 'stands where the directory should be');
    const producer = create(broker, 'c1');
    const lines = Array.from({ length: 100 }, (_, number) => line('1', number));
    for (const one of lines) producer.send(one);
    const closed = producer.close();
    await waitFor('a failure', () => said('cannot be written') > 0);
    const before = broker.sends;
    await waitFor('a few more attempts', () => broker.sends > before + 1);
    rmSync(directory);
    await closed;
    assert.equal(said('cannot be written'), 1);
    await runNext(broker);
    assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
  });

  it('sends all where Kafka is back before the disk is', async () => {
    const broker = createBroker();
    broker.treat = () => 'refuse';
    const write: SpillOptions['write'] = () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const producer = create(broker, 'c1', { write });
    const lines = Array.from({ length: 2_000 }, (_, number) => line('1', number));
    for (const one of lines) producer.send(one);
    const closed = producer.close();
    await waitFor('a failure', () => said('cannot be written') > 0);
    broker.treat = () => 'take';
    await closed;
    assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
    assert.deepEqual(sums(broker.tallies()), { received: 2_000, acknowledged: 2_000 });
    assert.deepEqual(left(), []);
  });

  for (const [name, more] of [
    ['without a spill', { spill: undefined }],
    ['where nothing may go to disk', {}],
  ] as const) {
    it(`ends ${name}, and says how many lines are lost`, async () => {
      const broker = createBroker();
      broker.treat = (topic) => (topic === 'chat' ? 'refuse' : 'take');
      const producer = create(broker, 'c1', { maxBytes: 0 }, { closing: { keepMs: 20, giveUpMs: 100 }, ...more });
      for (let number = 0; number < 10; number++) producer.send(line('1', number));
      await producer.close();
      assert.equal(said('lines are lost'), 1);
      assert.deepEqual(left(), []);
      assert.deepEqual(sums(broker.tallies()), { received: 10, acknowledged: 0 });
    });
  }

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`loses nothing over runs that end at any moment, whatever Kafka and the disk do (${seed})`, async () => {
      let state = seed;
      const chance = (share: number) => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 < share;
      const broker = createBroker();
      let isAway = false;
      broker.treat = () => (isAway && chance(0.9) ? (chance(0.2) ? 'takeAndLoseAnswer' : 'refuse') : 'take');
      const write: SpillOptions['write'] = (descriptor, bytes) => {
        if (chance(0.05)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        return writeSync(descriptor, bytes.subarray(0, chance(0.3) ? Math.ceil(bytes.length / 2) : bytes.length));
      };
      const sent = [];
      for (let run = 0; run < 6; run++) {
        const closing = { keepMs: 5, giveUpMs: 30_000 };
        const spill = { write, maxBytes: 100_000, segmentBytes: 5_000, retryMs: 5 };
        const producer = create(broker, `c${run}`, spill, { highWaterBytes: 5_000, closing });
        for (let number = 0; number < 1_000; number++) {
          if (number % 200 === 0) isAway = chance(0.6);
          const one = line(String(number % 3), run * 1_000 + number, run * 100_000 + number * 100);
          sent.push(one);
          producer.send(one);
          if (chance(0.02)) await turn();
        }
        await producer.close();
      }
      await runNext(broker);
      const held = linesByKey(broker.held('chat'));
      for (const [key, texts] of Object.entries(linesByKey(sent))) {
        const once = [...new Set(held[key])];
        assert.deepEqual(once.toSorted(), texts.toSorted(), `all of ${key}`);
        for (let run = 0; run < 6; run++) {
          const ofRun = (text: string) => Math.floor(Number(/id=(\d+)/.exec(text)?.[1]) / 1_000) === run;
          assert.deepEqual(once.filter(ofRun), texts.filter(ofRun), `the order of ${key} in run ${run}`);
        }
      }
      const windowOf = ({ headers }: { headers?: IHeaders | undefined }) =>
        `${String(headers?.['collector'])} ${Math.floor(Number(headers?.['receivedAt']) / 10_000) * 10_000}`;
      for (const { collector, window, received, acknowledged } of broker.tallies()) {
        const red = broker.held('chat').filter((one) => windowOf(one) === `${collector} ${Date.parse(window)}`);
        const count = new Set(red.map(({ value }) => String(value))).size;
        assert.deepEqual([received, acknowledged], [count, count], `what ${collector} told of ${window}`);
      }
      assert.deepEqual(left(), []);
    });
  }
});

describe('coverage records, while Kafka is away', () => {
  const temporaryDirectory = temporaryDirectories();

  it('go to disk when memory has no room for more, and come in order when Kafka is back', async () => {
    const directory = join(temporaryDirectory(), 'spill');
    const broker = createBroker();
    broker.treat = () => 'refuse';
    const producer = createLineProducer({
      kafka: new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING }),
      topics: { chat: 'chat', coverage: 'coverage' },
      collector: 'c1',
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      sendMessages: broker.send,
      spill: { directory, maxBytes: 1_000_000_000, name: 'a', retryMs: 20 },
    });
    const ids = Array.from({ length: 40_000 }, (_, number) => String(number));
    for (const channelId of ids)
      producer.coverage({
        kind: 'join',
        collector: 'c1',
        channelId,
        channelLogin: 'a',
        at: '2026-11-25T14:00:00.000Z',
      });
    await waitFor('records on disk', () => existsSync(join(`${directory}-coverage`, 'a')));
    broker.treat = () => 'take';
    await producer.flush();
    await producer.close();
    const records = broker.values('coverage').map((value) => JSON.parse(value) as { kind: string; channelId: string });
    const joins = records.filter(({ kind }) => kind === 'join');
    assert.deepEqual(
      joins.map(({ channelId }) => channelId),
      ids,
    );
    assert.deepEqual(segmentsIn(`${directory}-coverage`), []);
  });
});
