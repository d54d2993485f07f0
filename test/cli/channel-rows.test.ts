import assert from 'node:assert/strict';
import type { ListedStream } from '../../activities/twitch/live-list.ts';
import { channelRows } from '../../cli/channel-rows.ts';
import type { ChannelRow } from '../../cli/channel-rows.ts';
import { channelTable } from '../../cli/channel-table.ts';
import type { ListenerStatus } from '../../workflows/listener.ts';

const stream = (channelId: string, channelLogin: string, viewerCount: number, account?: string): ListedStream => ({
  ...{ streamId: `s${channelId}`, channelId, channelLogin, viewerCount, missedSweeps: 0 },
  ...(account === undefined ? {} : { account }),
});
const at = (time: string): string => `2026-11-25T${time}Z`;
const gap = (from: string, until: string | null): ListenerStatus['lastGap'] => ({
  from: at(from),
  until: until === null ? null : at(until),
  state: 'connection lost',
});
const collector = (changes: Partial<ListenerStatus>): ListenerStatus => ({
  ...{ taskQueue: 'chat', state: 'listening', rejoins: 0, lastError: null, since: at('10:00:00'), lastGap: null },
  ...changes,
});

function rowsOf(
  streams: ListedStream[],
  collectors: Partial<ListenerStatus>[][],
  more: { channels?: string[]; refused?: string[]; isUnanswered?: boolean } = {},
): ChannelRow[] {
  const choice = { accounts: [], places: 100, more: '', notes: [], notLive: ['quiet'], withoutPlace: ['small'] };
  const chats = collectors.map((listeners, index) => {
    const { channelId = '', channelLogin = '' } = streams[index] ?? {};
    const status = { channelId, channelLogin, wantedSince: at('09:00:00'), rejoins: 0, collectors: listeners.map(collector) }; // prettier-ignore
    return [channelId, { status, messagesPerMinute: 321 }] as const;
  });
  return channelRows({
    channels: more.channels ?? [],
    list: { streams, choice },
    refused: new Set(more.refused),
    answers: { chats: new Map(chats), isUnanswered: more.isUnanswered ?? false },
  });
}

describe('channelRows(known)', () => {
  it('shows the state of the collector that does best, its account, and since when', () => {
    const rows = rowsOf(
      ['1', '2', '3'].map((id) => stream(id, `c${id}`, 10 - Number(id), 'a')),
      [
        [{ account: 'b' }],
        [{ state: 'joining' }, { since: at('11:00:00') }],
        [{ state: 'banned', lastError: 'it fails', since: at('11:30:00') }],
      ],
    );
    assert.partialDeepStrictEqual(rows, [
      { state: 'listening', reason: null, account: 'b', since: at('10:00:00'), collectors: 1, listening: 1 },
      { state: 'listening', reason: null, account: 'a', since: at('11:00:00'), collectors: 2, listening: 1 },
      { state: 'banned', reason: 'it fails', account: 'a', since: at('11:30:00'), collectors: 1, listening: 0 },
    ]);
    assert.deepEqual(new Set(rows.map(({ messagesPerMinute }) => messagesPerMinute)), new Set([321]));
  });

  it('counts as a gap only what no collector heard', () => {
    const lastGapOf = (...gaps: ListenerStatus['lastGap'][]) =>
      rowsOf([stream('1', 'c', 1)], [gaps.map((lastGap) => ({ lastGap }))])[0]?.lastGap;
    assert.deepEqual(lastGapOf(gap('10:00:00', '10:01:00')), gap('10:00:00', '10:01:00'));
    assert.deepEqual(lastGapOf(gap('10:00:00', '10:01:00'), null), null);
    assert.deepEqual(lastGapOf(gap('10:00:00', '10:01:00'), gap('10:02:00', '10:03:00')), null);
    assert.deepEqual(lastGapOf(gap('10:00:00', '10:01:00'), gap('10:00:30', null)), gap('10:00:30', '10:01:00'));
    assert.deepEqual(lastGapOf(gap('10:00:00', null), gap('10:00:30', null)), gap('10:00:30', null));
  });

  it('says why a listed channel has no room', () => {
    const rows = rowsOf([], [], { channels: ['quiet', 'small', 'odd', 'new'], refused: ['odd'] });
    assert.deepEqual(rows.map(({ state, reason }) => [state, reason]), [
      ['not live', null],
      ['no room is free', 'all 100 are taken'],
      ['unknown to Twitch', 'asked again daily'],
      ['not polled yet', null],
    ]); // prettier-ignore
  });

  it('distinguishes a chat that does not answer from one that does not run', () => {
    const stateIf = (isUnanswered: boolean) => rowsOf([stream('1', 'c', 1)], [], { isUnanswered })[0]?.state;
    assert.deepEqual([stateIf(false), stateIf(true)], ['not started', 'unknown']);
  });
});

describe('channelTable(rows, nowMs, width)', () => {
  const NOW = Date.parse(at('12:00:00'));

  it('fits a terminal of 80 columns', () => {
    const lastGap = gap('11:50:00', '11:50:42');
    const rows = rowsOf(
      [stream('1', 'haneul_baram', 12_034, 'chatlake'), stream('2', 'mosswoodfox', 871, 'second'), stream('3', 'c', 9)],
      [[{ lastGap }], [{ state: 'waiting for a token', since: at('11:48:00') }]],
      { channels: ['haneul_baram', 'small', 'quiet'] },
    );
    const expected = `channel        account   viewers  /min  state
-------------  --------  -------  ----  ----------------------------------
haneul_baram*  chatlake    12034   321  listening 2 h, gap 42 s 9 min ago
mosswoodfox    second        871   321  waiting for a token 12 min
c                              9        not started
small*                                  no room is free: all 100 are taken
quiet*                                  not live
* in the list of channels
`;
    assert.equal(channelTable(rows, NOW, 80), expected);
  });

  it('shows the account only if there are several, and keeps to the width with the longest login', () => {
    const rows = rowsOf([stream('1', 'x'.repeat(25), 999_999, 'a')], [[{}, { state: 'joining' }]]);
    const table = channelTable(rows, NOW, 80);
    assert.match(table, /^channel +viewers +\/min +state\n/);
    assert.match(table, /listening \(1 of 2\) 2 h\n$/);
    const wide = rowsOf(
      ['1', '2'].map((id) => stream(id, 'x'.repeat(25), 999_999, `account_${id}`)),
      [[{ lastGap: gap('11:00:00', '11:30:00') }], [{ state: 'connection lost', lastError: 'e'.repeat(99) }]],
    );
    for (const line of channelTable(wide, NOW, 80).split('\n')) assert.ok(line.length <= 80, line);
    assert.match(channelTable(wide, NOW, 80), /\nx{24}/);
  });
});
