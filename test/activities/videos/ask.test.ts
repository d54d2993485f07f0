import assert from 'node:assert/strict';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { askForEach } from '../../../activities/videos/ask.ts';
import type { Answers } from '../../../activities/videos/ask.ts';
import { silentLog } from '../../../common/log.ts';
import { video } from './video.ts';

const failure = (kind: TwitchError['kind']): TwitchError => new TwitchError(kind, kind, { path: 'videos' });

/** Asks for the channels a, b, c, … of a Helix that fails for some of them. */
async function ask(channels: string, fails: Record<string, TwitchError['kind']>): Promise<[Answers, string]> {
  let asked = '';
  const helix = {
    getVideos: async (channelId: string) => {
      asked += channelId;
      const kind = fails[channelId];
      if (kind !== undefined) throw failure(kind);
      return { videos: [video({ videoId: `1${channelId.charCodeAt(0)}`, channelId })], unusable: 1 };
    },
  };
  const { signal } = new AbortController();
  return [await askForEach(helix, [...channels], { log: silentLog, signal }), asked];
}

describe('askForEach(helix, channelIds, …)', () => {
  it('has the videos of all channels, and counts the unusable ones', async () => {
    const [answers] = await ask('ab', {});
    assert.deepEqual([[...answers.videos.keys()], answers.unusable], [['197', '198'], 2]);
  });

  it('goes on after a channel that is refused or fails', async () => {
    const [answers, asked] = await ask('abcd', { a: 'refused', c: 'unavailable' });
    assert.deepEqual([asked, [...answers.answered], [...answers.failed]], ['abcd', ['b', 'd'], ['a', 'c']]);
  });

  it('stops after three failures in a row, and leaves the rest for another time', async () => {
    const fails = { b: 'unavailable', c: 'unavailable', d: 'unavailable' } as const;
    const [answers, asked] = await ask('abcdefg', fails);
    assert.deepEqual([asked, [...answers.answered], [...answers.failed]], ['abcd', ['a'], ['b', 'c', 'd']]);
  });

  it('does not stop because many channels are refused', async () => {
    const refused = { a: 'refused', b: 'refused', c: 'refused', d: 'refused' } as const;
    assert.equal((await ask('abcde', refused))[1], 'abcde');
  });

  it('throws if the token is refused: then every question would fail', async () => {
    await assert.rejects(ask('abc', { b: 'unauthorized' }), { kind: 'unauthorized' });
  });
});
