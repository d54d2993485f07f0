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
  category: null,
});

describe('new Candidates(isPinned, kept)', () => {
  it('keeps the largest streams and the pinned ones, and stays small', () => {
    const candidates = new Candidates(({ channelId }) => channelId === '1', 10);
    for (let size = 1; size <= 1_000; size += 1) candidates.add(stream(String(size), size));
    assert.ok(candidates.values().length <= 21);
    for (const channelId of ['1', '991', '1000']) assert.ok(candidates.has(channelId), channelId);
    assert.ok(!candidates.has('2'));
  });

  it('needs no more time per stream if many are pinned', () => {
    let looks = 0;
    const candidates = new Candidates(({ viewerCount }) => ((looks += 1), viewerCount === 0), 10);
    for (let n = 0; n < 1_000; n += 1) candidates.add(stream(`pinned${n}`, 0));
    for (let n = 1; n <= 1_000; n += 1) candidates.add(stream(String(n), n));
    assert.equal(candidates.values().filter(({ viewerCount }) => viewerCount === 0).length, 1_000);
    assert.ok(looks < 150_000, String(looks));
  });

  it('prefers the stream with a login if a channel has two stream ids', () => {
    const nameless = { ...stream('1', 9), channelLogin: null };
    for (const order of [
      [nameless, stream('1', 5)],
      [stream('1', 5), nameless],
    ]) {
      const candidates = new Candidates();
      for (const each of order) candidates.add(each);
      assert.deepEqual(
        candidates.values().map(({ channelLogin }) => channelLogin),
        ['login1'],
      );
    }
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
