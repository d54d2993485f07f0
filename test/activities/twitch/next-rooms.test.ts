import assert from 'node:assert/strict';
import type { ListedStream, LiveList } from '../../../activities/twitch/live-list.ts';
import { nextRooms } from '../../../activities/twitch/next-rooms.ts';
import { planRooms } from '../../../activities/twitch/room-plan.ts';
import type { PollOutcome } from '../../../activities/twitch/next-rooms.ts';
import { toLiveStream } from '../../../activities/twitch/stream.external.ts';
import type { LiveStream } from '../../../activities/twitch/stream.external.ts';
import { streamPollSettings } from '../../../activities/twitch/stream-poll-settings.ts';
import { externalStream } from './external-stream.ts';

const live = (channelId: string, fields: Record<string, unknown> = {}): LiveStream =>
  toLiveStream(externalStream({ id: `s${channelId}`, user_id: channelId, user_login: `login${channelId}`, ...fields }));
const held = (channelId: string, missedSweeps = 0): ListedStream => ({
  streamId: `s${channelId}`,
  channelId,
  channelLogin: `login${channelId}`,
  viewerCount: 100,
  missedSweeps,
  language: 'ko',
  category: 'Just Chatting',
});

function next(previous: ListedStream[], found: LiveStream[], changes: Partial<PollOutcome> = {}): LiveList {
  const settings = changes.settings ?? streamPollSettings.parse({});
  return nextRooms(
    { streams: previous, left: [] },
    {
      polledAt: new Date('2026-11-25T14:00:00Z'),
      settings,
      plan: planRooms(settings, 'anonymous'),
      live: found,
      endedChannelIds: new Set(),
      isComplete: true,
      ...changes,
    },
  );
}

const idsOf = (list: LiveList): string[] => list.streams.map(({ channelId }) => channelId);
const reasonsOf = (list: LiveList): [string, string][] => list.left.map(({ channelId, reason }) => [channelId, reason]);

describe('nextRooms(previous, outcome)', () => {
  it('updates rooms with the new values', () => {
    const list = next([held('1', 1)], [live('1', { viewer_count: 9 })]);
    assert.deepEqual(list.streams, [{ ...held('1'), viewerCount: 9 }]);
    assert.deepEqual(list.left, []);
  });

  it('notes language and category of each room, and keeps what Helix omits', () => {
    const first = next([], [live('1', { language: 'ko', game_name: '서양 장기' })]);
    assert.partialDeepStrictEqual(first.streams, [{ language: 'ko', category: '서양 장기' }]);
    const omitted = next(first.streams, [live('1', { language: '', game_name: null })]);
    assert.deepEqual(omitted.streams, first.streams);
    const [long] = next(first.streams, [live('1', { language: 'en', game_name: 'x'.repeat(9_999) })]).streams;
    assert.deepEqual([long?.language, long?.category?.length], ['en', 200]);
  });

  it('keeps a room that one sweep missed, and drops it after two, without a direct answer', () => {
    assert.deepEqual(next([held('1')], []).streams, [held('1', 1)]);
    const list = next([held('1', 1)], []);
    assert.deepEqual([idsOf(list), reasonsOf(list)], [[], [['1', 'the stream was missing from two polls']]]);
  });

  it('keeps a room while sweeps are incomplete: they do not count as misses', () => {
    assert.deepEqual(next([held('1', 1)], [], { isComplete: false }).streams, [held('1', 1)]);
  });

  it('ends a room immediately if a direct question says that its channel is not live', () => {
    const list = next([held('1')], [], { endedChannelIds: new Set(['1']) });
    assert.deepEqual([idsOf(list), reasonsOf(list)], [[], [['1', 'the stream ended']]]);
  });

  it('reports that a room was left for a larger channel, not that its stream ended', () => {
    const settings = streamPollSettings.parse({ limit: 1 });
    const list = next([held('1')], [live('1', { viewer_count: 100 }), live('2', { viewer_count: 500 })], { settings });
    assert.deepEqual([idsOf(list), reasonsOf(list)], [['2'], [['1', 'made room for a larger channel']]]);
  });

  it('prefers a listed channel to larger ones', () => {
    const settings = streamPollSettings.parse({ limit: 1, channels: ['login2'] });
    const list = next([held('1')], [live('1'), live('2', { viewer_count: 3 })], { settings });
    assert.deepEqual([idsOf(list), reasonsOf(list)], [['2'], [['1', 'made room for a listed channel']]]);
  });

  it('updates the login of a renamed channel, and reports why the old room was left', () => {
    const list = next([held('7001')], [live('7001', { user_login: 'newname' })]);
    assert.deepEqual(
      list.streams.map(({ channelLogin }) => channelLogin),
      ['newname'],
    );
    assert.deepEqual(reasonsOf(list), [['7001', 'renamed from login7001 to newname']]);
  });

  it('leaves the room of a channel whose login moved to another channel, even without a direct answer', () => {
    const list = next([held('1')], [live('2', { user_login: 'login1', viewer_count: 5 })]);
    assert.deepEqual(idsOf(list), ['2']);
    assert.deepEqual(reasonsOf(list), [['1', 'its login belongs to another channel']]);
  });

  it('gives two channels of one login one room: to the one that did not have the login before', () => {
    const both = [live('1'), live('2', { user_login: 'login1', viewer_count: 5 })];
    for (const found of [both, both.toReversed()]) {
      const list = next([held('1')], found);
      assert.deepEqual(idsOf(list), ['2']);
      assert.deepEqual(reasonsOf(list), [['1', 'its login belongs to another channel']]);
    }
    assert.equal(idsOf(next([], both)).length, 1);
  });

  it('gives two channels that exchanged their logins a room each', () => {
    const list = next(
      [held('1'), held('2')],
      [live('1', { user_login: 'login2' }), live('2', { user_login: 'login1' })],
    );
    assert.deepEqual(idsOf(list).sort(), ['1', '2']);
  });

  it('keeps the account of a room, and gives a new room to the account with the fewest', () => {
    const plan = { rooms: 200, accounts: ['a', 'b'], notes: [], more: '' };
    const list = next(
      [
        { ...held('1'), account: 'b' },
        { ...held('2', 1), account: 'b' },
      ],
      [live('1'), live('3')],
      {
        plan,
        isComplete: false,
      },
    );
    assert.deepEqual(
      list.streams.map(({ channelId, account }) => [channelId, account]),
      [
        ['2', 'b'],
        ['1', 'b'],
        ['3', 'a'],
      ].sort((one, other) => idsOf(list).indexOf(one[0] ?? '') - idsOf(list).indexOf(other[0] ?? '')),
    );
  });

  it('keeps the login of a room if Helix sends none', () => {
    assert.deepEqual(next([held('1')], [live('1', { user_login: '' })]).streams[0]?.channelLogin, 'login1');
  });

  for (const viewer_count of [null, -1, 3_000_000_000, 'many']) {
    it(`uses the previous viewers of a room if Helix sends ${JSON.stringify(viewer_count)}`, () => {
      const settings = streamPollSettings.parse({ limit: 1 });
      const list = next([held('1')], [live('1', { viewer_count }), live('2', { viewer_count: 110 })], { settings });
      assert.deepEqual([list.streams, list.left], [[held('1')], []]);
    });

    it(`does not prefer a stream because Helix sends ${JSON.stringify(viewer_count)} as its viewers`, () => {
      const settings = streamPollSettings.parse({ limit: 1 });
      assert.deepEqual(idsOf(next([], [live('1', { viewer_count }), live('2', { viewer_count: 3 })], { settings })), [
        '2',
      ]);
    });
  }

  it('keeps a room that only lists select if Helix omits the listed field', () => {
    const settings = streamPollSettings.parse({ top: 0, channels: ['login1'], languages: ['en'] });
    const found = [live('1', { user_login: '', language: 'ko' }), live('2', { language: null })];
    const list = next([held('1'), held('2')], found, { settings });
    assert.deepEqual([idsOf(list).sort(), list.left], [['1', '2'], []]);
  });

  it('gives no room to a stream without a login', () => {
    assert.deepEqual(idsOf(next([], [live('1', { user_login: null }), live('2')])), ['2']);
  });

  it('leaves a room that the lists no longer select', () => {
    const settings = streamPollSettings.parse({ top: 0, channels: ['login2'], languages: ['en'] });
    const list = next([held('1'), held('2'), held('3')], [live('1'), live('2'), live('3', { language: 'en' })], {
      settings,
    });
    assert.deepEqual(idsOf(list).sort(), ['2', '3']);
    assert.deepEqual(reasonsOf(list), [['1', 'no longer asked for']]);
  });

  it('keeps the newest reasons, a bounded number', () => {
    const previous = Array.from({ length: 600 }, (_, index) => held(String(index)));
    const list = next(previous, [], { endedChannelIds: new Set(previous.map(({ channelId }) => channelId)) });
    assert.equal(list.left.length, 500);
    assert.equal(list.left.at(-1)?.channelId, '599');
  });

  it('says of each listed channel without a room whether it is live, and what gives more rooms', () => {
    const settings = streamPollSettings.parse({ channels: ['login1', 'login2', 'login3', 'login4'], limit: 2 });
    const found = [live('1', { viewer_count: 9 }), live('2', { viewer_count: 8 }), live('3', { viewer_count: 7 })];
    const { choice } = next([], found, { settings });
    assert.deepEqual(choice, {
      ...{ accounts: [], places: 2, more: 'Raise `limit` in config/stream-poll for more.', notes: [] },
      ...{ notLive: ['login4'], withoutPlace: ['login3'] },
    });
  });

  it('does not claim that a channel is not live after a poll that was not complete', () => {
    const settings = streamPollSettings.parse({ channels: ['login1', 'login2'] });
    assert.deepEqual(next([], [live('1')], { settings, isComplete: false }).choice?.notLive, []);
  });
});
