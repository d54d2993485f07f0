import assert from 'node:assert/strict';
import {
  afterRound,
  dueChannels,
  readWatchList,
  storeWatchList,
  watch,
} from '../../../activities/videos/watch-list.ts';
import type { WatchedChannel } from '../../../activities/videos/watch-list.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

const MINUTE = 60_000;
const AT = Date.parse('2026-11-25T12:00:00Z');

/** Plays rounds, one a minute. Each channel is answered, but those of `silent`. */
class Rounds {
  list: WatchedChannel[] = [];
  nowMs = AT;
  readonly asked: string[] = [];
  silent = new Set<string>();

  play(minutes: number, live: string[]): void {
    for (let minute = 0; minute < minutes; minute++, this.nowMs += MINUTE) {
      const channels = watch(this.list, live, this.nowMs);
      const { due } = dueChannels(channels, this.nowMs);
      const ids = due.map(({ channelId }) => channelId);
      for (const id of ids) this.asked.push(`${id} ${(this.nowMs - AT) / MINUTE}`);
      const [failed, answered] = [ids.filter((id) => this.silent.has(id)), ids.filter((id) => !this.silent.has(id))];
      this.list = afterRound(channels, { answered: new Set(answered), failed: new Set(failed) }, this.nowMs);
    }
  }
}

describe('watch(…), dueChannels(…) and afterRound(…)', () => {
  let rounds: Rounds;
  beforeEach(() => (rounds = new Rounds()));

  it('ask for a live channel at once and then every half hour, and once after the end', () => {
    rounds.play(70, ['7']);
    rounds.play(120, []);
    // The end is noticed in minute 70.
    assert.deepEqual(rounds.asked, ['7 0', '7 30', '7 60', '7 75']);
    assert.deepEqual(rounds.list, []);
  });

  it('ask once for a stream that ended before it was asked for', () => {
    rounds.list = [{ channelId: '7', endedAt: new Date(AT - 10 * MINUTE).toISOString() }];
    rounds.play(120, []);
    assert.deepEqual(rounds.asked, ['7 0']);
  });

  it('go on as before if a channel is live again before it was asked for', () => {
    rounds.play(10, ['7']);
    rounds.play(3, []);
    rounds.play(30, ['7']);
    assert.deepEqual(rounds.asked, ['7 0', '7 30']);
    assert.deepEqual(Object.keys(rounds.list[0] ?? {}), ['channelId', 'askedAt']);
  });

  it('ask every half hour for a channel that is not answered, and give it up a day after its end', () => {
    rounds.silent.add('7');
    rounds.play(10, ['7']);
    rounds.play(48 * 60, []);
    assert.deepEqual(rounds.asked.slice(0, 4), ['7 0', '7 15', '7 45', '7 75']);
    assert.equal(rounds.asked.length, 2 + Math.floor((24 * 60 - 6) / 30));
    assert.deepEqual(rounds.list, []);
  });

  it('ask for 60 channels in a round, those that have waited longest first', () => {
    const live = Array.from({ length: 150 }, (_, index) => `c${index}`);
    rounds.play(30, live);
    assert.deepEqual(
      [0, 1, 2, 3].map((minute) => rounds.asked.filter((it) => it.endsWith(` ${minute}`)).length),
      [60, 60, 30, 0],
    );
    assert.equal(new Set(rounds.asked.map((it) => it.split(' ')[0])).size, 150);
    rounds.play(3, live);
    assert.deepEqual(rounds.asked.slice(150, 152), ['c0 30', 'c1 30']);
    assert.equal(rounds.asked.length, 300);
  });

  it('reach every one of 10,000 channels within three hours', () => {
    const live = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
    rounds.play(168, live);
    assert.equal(new Set(rounds.asked.map((it) => it.split(' ')[0])).size, 10_000);
  });

  it('ask again for a channel whose time is in the future, after a wrong clock', () => {
    rounds.list = [{ channelId: '7', askedAt: '2031-01-01T00:00:00.000Z' }];
    rounds.play(1, ['7']);
    assert.deepEqual(rounds.asked, ['7 0']);
  });
});

describe('readWatchList(parameters) and storeWatchList(parameters, channels, etag)', () => {
  it('read what was stored', async () => {
    const parameters = memoryParameters();
    assert.deepEqual(await readWatchList(parameters), { value: [] });
    const channels = [{ channelId: '7', askedAt: '2026-11-25T12:00:00.000Z' }];
    await storeWatchList(parameters, channels, undefined);
    const { value, etag } = await readWatchList(parameters);
    assert.deepEqual(value, channels);
    await storeWatchList(parameters, [], etag);
    await assert.rejects(storeWatchList(parameters, channels, etag), { kind: 'precondition' });
  });

  it('drop entries that cannot be read', async () => {
    const odd = [null, 7, {}, { channelId: 'a b' }, { channelId: '7', askedAt: 'soon' }, { channelId: '8' }];
    for (const [stored, expected] of [
      [{ channels: odd }, [{ channelId: '8' }]],
      [{ channels: 'none' }, []],
      ['nonsense', []],
      [null, []],
    ] as const)
      assert.deepEqual((await readWatchList(memoryParameters({ 'streams/videos': stored }))).value, expected);
  });
});
