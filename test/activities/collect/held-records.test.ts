import assert from 'node:assert/strict';
import type { Message } from 'kafkajs';
import { Kafka, logLevel } from 'kafkajs';
import { createLineProducer } from '../../../activities/collect/line-producer.ts';
import { silentLog } from '../../../common/log.ts';

interface Told {
  kind: string;
  channelId: string;
  at: string;
}

const NOON = Date.parse('2026-11-25T12:00:00Z');

describe('createLineProducer(options).coverage(record) while Kafka is away for long', function () {
  this.timeout(60_000);

  /** A producer whose Kafka refuses until it is told to take, and what it took. */
  function producer() {
    const taken: Told[] = [];
    let away = true;
    const made = createLineProducer({
      kafka: new Kafka({ brokers: ['127.0.0.1:9'], logLevel: logLevel.NOTHING }),
      topics: { chat: 'chat', coverage: 'coverage' },
      collector: 'c1',
      log: silentLog,
      sendMessages: async (_topic: string, messages: Message[]) => {
        if (away) throw new Error('Kafka is away');
        for (const { value } of messages) taken.push(JSON.parse(String(value)) as Told);
      },
    });
    return { made, taken, comeBack: () => (away = false) };
  }
  const record = (kind: 'join' | 'loss', channel: number, second: number) => ({
    kind,
    collector: 'c1',
    channelId: String(channel),
    channelLogin: `channel${channel}`,
    at: new Date(NOON + second * 1_000).toISOString(),
    ...(kind === 'loss' ? { reason: 'the connection broke' } : {}),
  });

  it('holds a bounded number of them, and never claims more than was heard', async () => {
    const { made, taken, comeBack } = producer();
    const channels = 200;
    const before = process.memoryUsage().heapUsed;
    // Each channel is heard in every even second, from 0 on, and in the end those with an even number are.
    for (let second = 0; second < 2_000; second += 1)
      for (let channel = 0; channel < channels; channel += 1)
        made.coverage(record(second % 2 === 0 ? 'join' : 'loss', channel, second));
    for (let channel = 0; channel < channels; channel += 2) made.coverage(record('join', channel, 2_000));
    const grownMb = (process.memoryUsage().heapUsed - before) / 1e6;
    assert.ok(grownMb < 60, `${Math.round(grownMb)} MB more for 400,000 records`);

    comeBack();
    await made.flush();
    await made.close();
    const listening = taken.filter(({ kind }) => kind !== 'tally');
    assert.ok(listening.length < 40_000, String(listening.length));
    for (let channel = 0; channel < channels; channel += 1) {
      const own = listening
        .filter(({ channelId }) => channelId === String(channel))
        .sort((a, b) => (a.at < b.at ? -1 : 1));
      let since: number | undefined;
      for (const { kind, at } of own) {
        const second = (Date.parse(at) - NOON) / 1_000;
        if (kind === 'join') since ??= second;
        else {
          if (since !== undefined)
            assert.equal(second - since, 1, `channel ${channel} is claimed from ${since} to ${second}`);
          since = undefined;
        }
      }
      assert.equal(since, channel % 2 === 0 ? 2_000 : undefined, `the end of channel ${channel}`);
    }
  });

  it('holds no more than it must of channels that come and go without end', async () => {
    const { made, taken, comeBack } = producer();
    const before = process.memoryUsage().heapUsed;
    for (let channel = 0; channel < 200_000; channel += 1) {
      made.coverage(record('join', channel, 0));
      made.coverage(record('loss', channel, 1));
    }
    const grownMb = (process.memoryUsage().heapUsed - before) / 1e6;
    assert.ok(grownMb < 60, `${Math.round(grownMb)} MB more for 400,000 records`);
    comeBack();
    await made.flush();
    await made.close();
    const open = new Set<string>();
    for (const { kind, channelId } of taken)
      if (kind === 'join') open.add(channelId);
      else open.delete(channelId);
    assert.deepEqual([...open], []);
  });
});
