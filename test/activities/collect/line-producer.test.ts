import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig } from 'kafkajs';
import type { TallyRecord } from '../../../activities/kafka/coverage-record.ts';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import type { LineProducerOptions } from '../../../activities/collect/line-producer.ts';
import type { SendMessages } from '../../../activities/collect/send-queue.ts';
import type { Topics } from '../../../activities/kafka/topics.ts';
import { silentLog } from '../../../common/log.ts';
import { kafka as kafkaServer } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { createBroker, line, linesByKey, sums } from '../kafka/broker-double.ts';
import { deleteTopics, freshTopics, readTopic, useRealKafka } from '../kafka/real-kafka.ts';

describe('createLineProducer(options), with a broker that fails on demand', function () {
  this.timeout(60_000);
  const topics: Topics = { chat: 'chat', coverage: 'coverage' };
  const neverUsed = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING });

  const create = (broker: { send: SendMessages }, more: Partial<LineProducerOptions> = {}) =>
    createLineProducer({
      kafka: neverUsed,
      topics,
      collector: 'c1',
      log: silentLog,
      sendMessages: broker.send,
      ...more,
    });

  it('keeps lines and their order while Kafka is away, and delivers them when it is back', async () => {
    const broker = createBroker();
    const producer = create(broker);
    broker.treat = () => 'refuse';
    const lines = Array.from({ length: 5_000 }, (_, number) => line(String(number % 7), number));
    for (const one of lines) producer.send(one);
    await waitFor('two refusals', () => broker.sends >= 2);
    broker.treat = () => 'take';
    await producer.flush();
    assert.deepEqual(linesByKey(broker.held('chat')), linesByKey(lines));
    await producer.close();
    assert.deepEqual(sums(broker.tallies()), { received: 5_000, acknowledged: 5_000 });
  });

  it('sends a batch again when its answer was lost, and never one before the batch before it is acknowledged', async () => {
    const broker = createBroker();
    const producer = create(broker);
    let lost = 0;
    broker.treat = (topic) => (topic === 'chat' && lost++ === 0 ? 'takeAndLoseAnswer' : 'take');
    const lines = Array.from({ length: 3_000 }, (_, number) => line('1', number));
    for (const one of lines) producer.send(one);
    await producer.flush();
    await producer.close();
    const values = lines.map((one) => one.line.toString());
    const first = values.slice(0, 2_000);
    assert.deepEqual(broker.values('chat'), [...first, ...first, ...values.slice(2_000)]);
    assert.deepEqual(sums(broker.tallies()), { received: 3_000, acknowledged: 3_000 });
  });

  it('sends again only the lines of a partition that is sick; those of the others come twice at most', async () => {
    const broker = createBroker();
    const producer = create(broker);
    const isSick = (key: unknown) => Number(key) === 3;
    let refusals = 0;
    let isPartial = false;
    // As a broker does with partitions: it takes what it can, and the answer as a whole is an error.
    broker.take = (messages) => messages.filter(({ key }) => !isPartial || !isSick(key));
    broker.treat = (topic, messages) => {
      isPartial = topic === 'chat' && messages.some(({ key }) => isSick(key)) && refusals++ < 5;
      return isPartial ? 'takeAndLoseAnswer' : 'take';
    };
    const lines = Array.from({ length: 70 }, (_, number) => line(String(number % 7), number));
    for (const one of lines) producer.send(one);
    await producer.flush();
    await producer.close();
    assert.ok(refusals > 5);
    const count = (text: string) => broker.values('chat').filter((value) => value === text).length;
    const counts = lines.map((one) => [isSick(one.key), count(String(one.line))]);
    assert.deepEqual(
      counts,
      counts.map(([sick]) => [sick, sick === true ? 1 : 2]),
    );
  });

  it('has at most one batch on its way for each topic', async () => {
    const broker = createBroker();
    const producer = create(broker);
    for (let number = 0; number < 10_000; number++) producer.send(line('1', number));
    await producer.flush();
    await producer.close();
    assert.ok(broker.most <= 2, `one for lines and one for records, saw ${broker.most}`);
    assert.equal(broker.held('chat').length, 10_000);
  });

  it('asks the caller to wait above the high-water mark, and says when it may go on', async () => {
    const broker = createBroker();
    const producer = create(broker, { highWaterBytes: 10_000 });
    let writable = 0;
    producer.onWritable(() => writable++);
    broker.treat = () => 'refuse';
    let taken = 0;
    while (producer.send(line('1', taken++)));
    assert.ok(taken > 10 && taken < 100, `taken: ${taken}`);
    assert.equal(producer.send(line('1', taken++)), false, 'it takes the line all the same');
    await waitFor('a refusal', () => broker.sends >= 1);
    assert.equal(writable, 0);
    broker.treat = () => 'take';
    await producer.flush();
    assert.equal(writable, 1);
    assert.equal(producer.send(line('1', taken++)), true);
    await producer.close();
    assert.equal(broker.held('chat').length, taken);
  });

  it('does not keep coverage waiting behind lines', async () => {
    const broker = createBroker();
    const producer = create(broker);
    broker.treat = (topic) => (topic === 'chat' ? 'refuse' : 'take');
    producer.send(line('1', 1));
    const at = new Date().toISOString();
    const loss = { kind: 'loss', collector: 'c1', channelId: '1', channelLogin: 'a', at, reason: 'RECONNECT' } as const;
    producer.coverage(loss);
    await waitFor('the record', () => broker.held('coverage').length === 1);
    assert.deepEqual(JSON.parse(broker.values('coverage')[0] ?? ''), loss);
    broker.treat = () => 'take';
    await producer.close();
  });

  it('counts messages only, each in the window of its arrival, and tells it when all of it is acknowledged', async () => {
    const broker = createBroker();
    let nowMs = Date.parse('2026-11-25T14:00:00Z');
    const producer = create(broker, { now: () => nowMs });
    producer.send(line('1', 1, nowMs));
    producer.send({ ...line('1', 2, nowMs), isMessage: false });
    producer.send(line('1', 3, nowMs + 9_999));
    await producer.flush();
    assert.deepEqual(broker.tallies(), [], 'the window is open');
    nowMs += 10_000;
    await producer.flush();
    const window = '2026-11-25T14:00:00.000Z';
    assert.deepEqual(broker.tallies(), [{ kind: 'tally', collector: 'c1', window, received: 2, acknowledged: 2 }]);
    await producer.close();
    assert.deepEqual(
      broker.tallies().map(({ received }) => received),
      [2, 0],
      'and the window in which it ends',
    );
  });

  it('tells windows by itself, without a flush', async () => {
    const broker = createBroker();
    const producer = create(broker);
    producer.send(line('1', 1, Date.now() - 10_000));
    await waitFor('the tally', () => broker.tallies().length === 1);
    await producer.close();
  });

  it('halves a batch that is too large, and leaves out a single line that is, in sight of the tallies', async () => {
    const broker = createBroker();
    const producer = create(broker);
    const tooLarge = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    const poison = line('1', 13).line.toString();
    broker.treat = (topic, messages) =>
      topic === 'chat' && (messages.length > 4 || messages.some((one) => String(one.value) === poison))
        ? new Error('wrapped', { cause: tooLarge })
        : 'take';
    const lines = Array.from({ length: 30 }, (_, number) => line('1', number));
    for (const one of lines) producer.send(one);
    await producer.close();
    assert.deepEqual(
      broker.values('chat'),
      lines.map((one) => one.line.toString()).filter((value) => value !== poison),
    );
    assert.deepEqual(sums(broker.tallies()), { received: 30, acknowledged: 29 });
  });

  it('takes no line after it was closed', async () => {
    const producer = create(createBroker());
    await producer.close();
    assert.throws(() => producer.send(line('1', 1)), /Expected no line after close/);
  });
});

describe('createLineProducer(options), with a real broker', function () {
  this.timeout(60_000);
  const broker = useRealKafka(3);

  it('is made while Kafka is away, and delivers what it was given once Kafka is there', async () => {
    const { kafka } = broker();
    const { brokers } = await kafkaServer();
    const [host = '', port = ''] = brokers[0]?.split(':') ?? [];
    let isAway = true;
    let attempts = 0;
    const socketFactory: KafkaConfig['socketFactory'] = ({ onConnect }) => {
      attempts++;
      return isAway ? connect({ host: '127.0.0.1', port: 1 }) : connect({ host, port: Number(port) }, onConnect);
    };
    const late = new Kafka({ brokers, socketFactory, retry: { retries: 1 }, logLevel: logLevel.NOTHING });
    const ownTopics = await freshTopics(kafka, 2);
    const producer = createLineProducer({ kafka: late, topics: ownTopics, collector: 'c-late', log: silentLog });
    for (let number = 0; number < 100; number++) producer.send(line('1', number));
    await waitFor('an attempt', () => attempts > 2);
    isAway = false;
    await producer.flush();
    await producer.close();
    assert.equal((await readTopic(kafka, ownTopics.chat)).length, 100);
    await deleteTopics(kafka, ownTopics);
  });

  it('puts every line into the topic once, in order for each key, with its headers, and tells the sums', async () => {
    const { kafka, topics } = broker();
    const producer = createLineProducer({ kafka, topics, collector: 'c-real', log: silentLog });
    const receivedAtMs = Date.now();
    const lines = Array.from({ length: 20_000 }, (_, number) => line(`key-${number % 50}`, number, receivedAtMs));
    for (const one of lines) producer.send(one);
    await producer.close();

    const held = await readTopic(kafka, topics.chat);
    assert.equal(held.length, lines.length);
    for (const key of new Set(lines.map((one) => one.key))) {
      assert.deepEqual(
        held.filter((record) => String(record.key) === key).map((record) => String(record.value)),
        lines.filter((one) => one.key === key).map((one) => one.line.toString()),
      );
    }
    const headers = { receivedAt: Buffer.from(String(receivedAtMs)), collector: Buffer.from('c-real') };
    assert.deepEqual(held[0]?.headers, headers);
    assert.ok(new Set(held.map((record) => record.partition)).size > 1, 'several partitions are used');

    const records = (await readTopic(kafka, topics.coverage)).map((record) => {
      assert.equal(String(record.key), 'c-real');
      return JSON.parse(String(record.value)) as TallyRecord;
    });
    assert.deepEqual(sums(records), { received: 20_000, acknowledged: 20_000 });
  });
});
