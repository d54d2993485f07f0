import assert from 'node:assert/strict';
import { Candidates } from '../../../activities/twitch/candidates.ts';
import type { LiveStream } from '../../../activities/twitch/stream.external.ts';

const stream = (channelId: string, viewerCount: number | null): LiveStream => ({
  streamId: `s${channelId}`,
  channelId,
  channelLogin: `login${channelId}`,
  viewerCount,
  language: null,
  gameId: null,
});

describe('new Candidates(isPinned, kept)', () => {
  it('keeps the largest streams and the pinned ones, and stays small', () => {
    const candidates = new Candidates(({ channelId }) => channelId === '1', 10);
    for (let size = 1; size <= 1_000; size += 1) candidates.add(stream(String(size), size));
    assert.ok(candidates.values().length <= 21);
    for (const channelId of ['1', '991', '1000']) assert.ok(candidates.has(channelId), channelId);
    assert.ok(!candidates.has('2'));
  });

  it('counts a channel once, as its larger stream', () => {
    const candidates = new Candidates();
    for (const viewers of [null, 5, 9, null, 7]) candidates.add(stream('1', viewers));
    assert.deepEqual(
      candidates.values().map(({ viewerCount }) => viewerCount),
      [9],
    );
  });
});
