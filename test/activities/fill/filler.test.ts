import assert from 'node:assert/strict';
import { FactError } from '../../../activities/errors.ts';
import { createFiller } from '../../../activities/fill/filler.ts';
import type { Filler, FillerOptions } from '../../../activities/fill/filler.ts';
import type { Gap } from '../../../activities/fill/gap.ts';
import type { RecentAnswer } from '../../../activities/fill/recent-messages.ts';
import { createKafka } from '../../../activities/kafka/client.ts';
import type { FillRecord } from '../../../activities/kafka/coverage-record.ts';
import { topicsOf } from '../../../activities/kafka/topics.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';

const nowMs = Date.now();
const gapOf = (number: number): Gap => ({
  channelId: String(number),
  channelLogin: `channel_${number}`,
  fromMs: nowMs - 100_000,
  untilMs: nowMs - 40_000,
});
const line = (number: number, secondsAgo: number): Buffer =>
  Buffer.from(
    `@id=${number}-${secondsAgo};room-id=${number};tmi-sent-ts=${nowMs - secondsAgo * 1000} :mina!mina@mina PRIVMSG #channel_${number} :hi`,
  );
const answerOf = (lines: Buffer[]): RecentAnswer => ({ lines, unusable: 0, error: undefined, aheadMs: 0 });

describe('createFiller(options)', () => {
  const fillers: Filler[] = [];
  afterEach(async () => {
    for (const filler of fillers.splice(0)) await filler.stop();
  });

  function start(ask: FillerOptions['ask'], more: Partial<FillerOptions> = {}) {
    const records: FillRecord[] = [];
    const sent: { topic: string; collector: string; value: string }[] = [];
    const warnings: string[] = [];
    const filler = createFiller({
      ask,
      kafka: createKafka({ brokers: ['127.0.0.1:1'], clientId: 'test', log: silentLog }),
      topics: topicsOf('chatlake'),
      name: 'a',
      coverage: (record) => records.push(record),
      log: { ...silentLog, warn: (message) => warnings.push(message) },
      times: { settleMs: 5, retryMs: 5 },
      sendMessages: async (topic, messages) => {
        for (const { value, headers } of messages)
          sent.push({ topic, collector: String(headers?.['collector']), value: String(value) });
      },
      ...more,
    });
    fillers.push(filler);
    const chat = () => sent.filter(({ topic }) => topic === 'twitch.chat');
    return { filler, records, sent, chat, warnings };
  }

  it('sends the lines of a gap under a name of its own, with their counts, and then says what is filled', async () => {
    const { filler, records, sent, chat } = start(async () => answerOf([line(1, 110), line(1, 80), line(1, 20)]));
    filler.add(gapOf(1));
    await waitFor('the record', () => records.length === 1);
    const [record] = records;
    assert.ok(record);
    assert.match(record.collector, /^import-fill-a-/);
    assert.partialDeepStrictEqual(record, {
      kind: 'fill',
      channelId: '1',
      channelLogin: 'channel_1',
      at: new Date(nowMs - 100_000).toISOString(),
      until: new Date(nowMs - 40_000).toISOString(),
    });
    assert.equal(chat().length, 3);
    assert.deepEqual(new Set(sent.map(({ collector }) => collector)), new Set([record.collector]));
    const tallies = sent.filter(({ topic }) => topic === 'twitch.coverage');
    const counts = tallies.map(({ value }) => (JSON.parse(value) as { received: number }).received);
    const received = counts.reduce((sum, count) => sum + count, 0);
    assert.equal(received, 3);
  });

  it('fills gaps of many channels in the order of time, and asks once for all gaps of a channel', async () => {
    const asked: string[] = [];
    const { filler, records, chat } = start(async (login) => {
      asked.push(login);
      const number = Number(login.split('_')[1]);
      return answerOf([line(number, 110), line(number, 80 - number)]);
    });
    for (let number = 1; number <= 25; number += 1) filler.add(gapOf(number));
    filler.add({ ...gapOf(3), fromMs: nowMs - 35_000, untilMs: nowMs - 30_000 });
    await waitFor('all records', () => records.length === 26);
    assert.equal(asked.length, 25);
    assert.equal(chat().length, 50);
    const perRun = Map.groupBy(chat(), ({ collector }) => collector);
    for (const lines of perRun.values()) {
      const times = lines.map(({ value }) => Number(/tmi-sent-ts=(\d+)/.exec(value)?.[1]));
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    }
  });

  it('asks again while the service is away, and leaves a gap that it cannot fill', async () => {
    let asks = 0;
    const { filler, records, warnings } = start(async (login) => {
      asks += 1;
      if (login === 'channel_2') throw new FactError('refused', { retryable: false });
      if (asks < 4) throw new FactError('away', { retryable: true });
      return answerOf([line(1, 110)]);
    });
    filler.add(gapOf(2));
    filler.add(gapOf(1));
    await waitFor('the record', () => records.length === 1);
    assert.equal(records[0]?.channelId, '1');
    assert.deepEqual([asks, warnings], [4, ['a gap is not filled']]);
  });

  it('says nothing is filled before Kafka has acknowledged the lines', async () => {
    let acknowledge = (): void => {};
    const waiting = new Promise<void>((resolve) => (acknowledge = resolve));
    let sends = 0;
    const { filler, records } = start(async () => answerOf([line(1, 110), line(1, 80)]), {
      sendMessages: async () => {
        sends += 1;
        await waiting;
      },
    });
    filler.add(gapOf(1));
    await waitFor('the send', () => sends === 1);
    assert.deepEqual(records, []);
    acknowledge();
    await waitFor('the record', () => records.length === 1);
  });

  it('gives each gap its time to settle, also one that comes while others wait', async () => {
    let clockMs = nowMs;
    let looks = 0;
    const asked: string[] = [];
    const { filler } = start(
      async (login) => {
        asked.push(login);
        return answerOf([]);
      },
      {
        now: () => {
          looks += 1;
          return clockMs;
        },
        times: { settleMs: 20, retryMs: 5 },
      },
    );
    filler.add(gapOf(1));
    clockMs += 10;
    filler.add(gapOf(2));
    clockMs += 10;
    await waitFor('the first question', () => asked.length > 0);
    const looksBefore = looks;
    await waitFor('two more looks', () => looks > looksBefore + 2);
    assert.deepEqual(asked, ['channel_1']);
    clockMs += 10;
    await waitFor('the second question', () => asked.length === 2);
  });

  it('sends the lines under the name that a renamed channel has now, and fills nothing under the old one', async () => {
    const { filler, records, chat } = start(async () => answerOf([line(1, 110), line(1, 34)]));
    filler.add({ ...gapOf(1), channelLogin: 'channel_old' });
    filler.add({ ...gapOf(1), fromMs: nowMs - 35_000, untilMs: nowMs - 30_000 });
    await waitFor('the record', () => records.length === 1);
    assert.equal(records[0]?.channelLogin, 'channel_1');
    assert.equal(chat().length, 2);
  });

  it('keeps the newest gaps of a channel, and of as many channels as a collector has, while the service is away', async () => {
    const { filler, records } = start(async (login) => answerOf([line(Number(login.split('_')[1]), 110)]), {
      times: { settleMs: 100, retryMs: 5 },
    });
    const partOf = (number: number, part: number): Gap => ({
      ...gapOf(number),
      fromMs: nowMs - 100_000 + part * 1000,
      untilMs: nowMs - 99_500 + part * 1000,
    });
    for (let number = 1; number <= 10_001; number += 1) filler.add(partOf(number, 0));
    for (let part = 1; part <= 30; part += 1) filler.add(partOf(2, part));
    await waitFor('the records of the first channels', () => records.length >= 19);
    assert.deepEqual(
      records.filter(({ channelId }) => channelId === '2').map(({ at }) => Date.parse(at) - nowMs),
      Array.from({ length: 10 }, (_, index) => -79_000 + index * 1000),
    );
    assert.ok(!records.some(({ channelId }) => channelId === '1'));
  });

  it('says nothing is filled if Kafka refuses a line for good', async () => {
    const tooLarge = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    const { filler, records, warnings } = start(async (login) => answerOf([line(Number(login.split('_')[1]), 110)]), {
      sendMessages: async (topic, messages) => {
        if (topic === 'twitch.chat' && String(messages[0]?.key) === '1') throw tooLarge;
      },
    });
    filler.add(gapOf(1));
    await waitFor('the warning', () => warnings.length > 0 || records.length > 0);
    assert.deepEqual([records, warnings], [[], ['a gap is not filled']]);
    filler.add(gapOf(2));
    await waitFor('the next record', () => records.length === 1);
    assert.equal(records[0]?.channelId, '2');
  });

  it('stops at once while it waits for the service or for Kafka, and fills nothing afterwards', async () => {
    for (const [ask, sendMessages] of [
      [() => new Promise<RecentAnswer>(() => {}), undefined],
      [async () => answerOf([line(1, 110)]), () => new Promise<void>(() => {})],
    ] as const) {
      let asks = 0;
      const asking: FillerOptions['ask'] = () => {
        asks += 1;
        return ask();
      };
      const { filler, records } = start(asking, sendMessages === undefined ? {} : { sendMessages });
      filler.add(gapOf(1));
      await waitFor('the question', () => asks === 1);
      await filler.stop();
      filler.add(gapOf(2));
      assert.deepEqual([asks, records], [1, []]);
    }
  });
});
