import assert from 'node:assert/strict';
import { setImmediate as breathe } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { FactError } from '../../activities/errors.ts';
import { withAdmin } from '../../activities/kafka/admin.ts';
import { createSockets } from '../../activities/kafka/socket.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import type { Topics } from '../../activities/kafka/topics.ts';
import type { LoaderOptions } from '../../activities/load/loader.ts';
import { silentLog } from '../../common/log.ts';
import { deleteTopics, freshTopics, readTopic, realKafka } from '../activities/kafka/real-kafka.ts';
import { createInstallation, sendLines, startLoader, waitUntilLoaded } from '../activities/load/installation.ts';
import type { Installation } from '../activities/load/installation.ts';
import { hdfs as hdfsServer, kafka as kafkaServer, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { startFaultyKafka } from './faulty-kafka.ts';

describe('a Kafka client, over a faulty network', function () {
  this.timeout(120_000);
  let direct: Kafka;
  let topics: Topics;
  let network: FaultProxy;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    direct = await realKafka();
    const [broker = ''] = (await kafkaServer()).brokers;
    network = await startFaultyKafka(broker);
    topics = await freshTopics(direct, 1);
  });

  after(async () => {
    await network.close();
    await deleteTopics(direct, topics);
  });

  it('leaves a connection without an answer after the time-out, and continues with another', async () => {
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${network.port}`],
      socketFactory: createSockets(2_000),
      requestTimeout: 1_000,
      retry: { initialRetryTime: 50, maxRetryTime: 200, retries: 60 },
      logLevel: logLevel.NOTHING,
    });
    const producer = kafka.producer();
    await producer.connect();
    const send = (value: string) => producer.send({ topic: topics.chat, messages: [{ value }] });
    await send('before');
    await network.halfOpen();
    const sending = send('after');
    // The first missing answer: from now on the connection stays deaf, whatever the network does.
    while (network.deafConnections === 0) await breathe();
    await network.pass();
    await sending;
    await producer.disconnect();
    const values = (await readTopic(direct, topics.chat)).map(({ value }) => value?.toString());
    assert.deepEqual([...new Set(values)], ['before', 'after']);
  });

  for (const bytes of [2, 10, 40]) {
    it(`continues after a connection that broke ${bytes} bytes into an answer`, async () => {
      const client = createKafka({ brokers: [`127.0.0.1:${network.port}`], clientId: 'cut', log: silentLog });
      const producer = client.producer();
      await producer.connect();
      const value = `cut after ${bytes}`;
      const send = () => producer.send({ topic: topics.chat, messages: [{ value }] });
      await send();
      await network.cutAfter(bytes, 'toClient');
      await send();
      await send();
      await producer.disconnect();
      const values = (await readTopic(direct, topics.chat)).map((record) => record.value?.toString());
      assert.ok(values.filter((one) => one === value).length >= 3);
    });
  }

  describe('runLoader(options, signal)', () => {
    let installation: Installation;

    beforeEach(async () => {
      await hdfsServer();
      installation = await createInstallation();
    });
    afterEach(() => installation.remove());

    /** The loader's own proxy to Kafka. */
    const options = (): LoaderOptions => ({
      ...installation.options,
      kafka: createKafka({ brokers: [`127.0.0.1:${network.port}`], clientId: 'loader', log: silentLog }),
    });
    const members = async () =>
      (await withAdmin(direct, (admin) => admin.describeGroups([installation.options.groupId]))).groups[0]?.members
        .length;

    it('fails with a retryable error when its consumer crashes, and leaves no member in the group', async () => {
      const loader = startLoader(options());
      await loader.until('the member', async () => (await members()) === 1);
      await network.cut();
      await assert.rejects(loader.ended, (error) => error instanceof FactError && error.retryable);
      await network.pass();
      await waitFor('the end of its session', async () => (await members()) === 0);
      const another = startLoader(installation.options);
      await sendLines(installation, 20);
      await another.until('red to have all', async () => (await waitUntilLoaded(installation), true));
      assert.equal(await members(), 1);
      await another.stop();
    });

    for (const [when, until] of [
      ['before it connects', () => true],
      ['while it connects', () => network.openConnections > 0],
      ['while it subscribes', () => network.counts.toServer > 500],
    ] as const) {
      it(`leaves no member behind when it is stopped ${when}`, async () => {
        network.counts.toServer = 0;
        const loader = startLoader(options());
        while (!until()) await breathe();
        await loader.stop();
        await waitFor('the end of its connections', () => network.openConnections === 0);
        assert.equal(await members(), 0);
      });
    }
  });
});
