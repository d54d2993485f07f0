import assert from 'node:assert/strict';
import { createParameters } from '../../activities/parameters/client.ts';
import type { Parameters } from '../../activities/parameters/client.ts';
import { LIVE_LIST_PATH } from '../../activities/twitch/live-list.ts';
import { STREAM_POLL_SETTINGS_PATH, streamPollSettings } from '../../activities/twitch/stream-poll-settings.ts';
import type { ParameterStore } from '../../infra/parameter-store/server.ts';
import { PARAMETER_RULES } from '../../infra/setup/parameter-rules.ts';
import { chatlake } from '../demo/command.ts';
import { freshStore, key } from '../infra/parameter-store/fresh-store.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';

const stream = (channelId: string, channelLogin: string, viewerCount: number) => ({
  streamId: `s${channelId}`,
  channelId,
  channelLogin,
  viewerCount,
  missedSweeps: 0,
});

describe('chatlake channels', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();
  let store: ParameterStore;
  let parameters: Parameters;

  beforeEach(async () => {
    store = await freshStore(directory(), { rules: PARAMETER_RULES });
    parameters = createParameters({ url: store.url, key });
  });
  afterEach(() => store.stop());

  async function ended(args: string[], more: Record<string, string> = {}) {
    const env = { PARAMETER_STORE_URL: store.url, PARAMETER_STORE_KEY: key, ...more };
    const command = chatlake(['channels', ...args], env);
    return { code: await command.exited(), stdout: command.stdout(), stderr: command.stderr() };
  }
  const settings = async () => (await parameters.get(STREAM_POLL_SETTINGS_PATH, streamPollSettings))?.value;

  it('adds and removes logins, keeps the other settings, and does no harm when repeated', async () => {
    await parameters.put(STREAM_POLL_SETTINGS_PATH, { channels: ['a'], top: 7, intervalMinutes: 3 });
    const added = await ended(['add', 'B_1', '#c', 'a', 'c']);
    assert.deepEqual(
      [added.code, added.stdout],
      [0, 'b_1, c added to the list, which has 3 channels now. The next poll uses it, in 3 min at most.\n'],
    );
    assert.deepEqual([(await settings())?.channels, (await settings())?.top], [['a', 'b_1', 'c'], 7]);
    assert.equal((await ended(['add', 'c'])).stdout, 'The list is as it was: c was there.\n');
    const removed = await ended(['remove', 'a', 'x', '--json']);
    assert.deepEqual(JSON.parse(removed.stdout), { changed: ['a'], channels: ['b_1', 'c'] });
    assert.deepEqual((await settings())?.channels, ['b_1', 'c']);
  });

  it('takes logins as people paste them', async () => {
    const pasted = ['https://www.twitch.tv/Lark?ref=x', 'twitch.tv/wren/videos', 'm.twitch.tv/finch', '@tit', 'twitch'];
    assert.deepEqual(JSON.parse((await ended(['add', ...pasted, '--json'])).stdout), {
      changed: ['lark', 'wren', 'finch', 'tit', 'twitch'],
      channels: ['lark', 'wren', 'finch', 'tit', 'twitch'],
    });
  });

  const listed = async (env: Record<string, string>) => {
    const { stdout, code, stderr } = await ended(['list', '--json'], env);
    assert.equal(code, 0, stderr);
    return stdout.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
  };

  it('lists what has a room and what has none, with the reason, and what is wrong with the poll', async () => {
    await parameters.put(STREAM_POLL_SETTINGS_PATH, { channels: ['a', 'gone', 'small'] });
    const choice = { accounts: ['x'], places: 2, more: 'Buy more.', notes: [], notLive: ['gone'], withoutPlace: ['small'] }; // prettier-ignore
    await parameters.put(LIVE_LIST_PATH, {
      ...{ polledAt: '2026-11-25T12:00:00Z', left: [], choice },
      streams: [{ ...stream('1', 'a', 5), account: 'x' }, stream('2', 'large', 900)],
    });
    const status = { at: new Date().toISOString(), summary: '', trouble: 'Run `chatlake login --account x`.' };
    await parameters.put('status/token-x', status);
    const env = { TEMPORAL_ADDRESS: (await temporal()).address };
    const [large, a, ...others] = await listed(env);
    assert.deepEqual(large, {
      ...{ channel: 'large', channelId: '2', listed: false, viewers: 900, account: null },
      ...{ state: 'not started', reason: null, wantedSince: null, since: null },
      ...{ messagesPerMinute: null, lastGap: null, collectors: 0, listening: 0 },
    });
    assert.partialDeepStrictEqual(a, { channel: 'a', listed: true, account: 'x' });
    assert.partialDeepStrictEqual(others, [
      { channel: 'gone', state: 'not live', reason: null },
      { channel: 'small', state: 'no room is free', reason: 'all 2 are taken' },
      { poll: { polledAt: '2026-11-25T12:00:00Z', accounts: ['x'], places: 2 } },
    ]);
    const { notes } = (others[2]?.['poll'] ?? {}) as { notes: string[] };
    assert.match(notes.shift() ?? '', /^Temporal has no Schedule stream-poll, so nothing is polled/);
    assert.match(
      notes.shift() ?? '',
      /^The list is \d+ [hd] old, of 2026-11-25T12:00:00Z, and a poll is due every 1 min/,
    );
    assert.deepEqual(notes, [
      'token-x: Run `chatlake login --account x`.',
      '1 listed channel is live without a room: there are 2. Buy more.',
    ]);
    assert.match(
      (await ended(['list'], env)).stdout,
      /^channel +viewers +\/min +state *\n.*\nlarge +900 +not started\n/,
    );
  });

  it('reads the list of an earlier release', async () => {
    await parameters.put(STREAM_POLL_SETTINGS_PATH, { channels: ['a'] });
    await parameters.put(LIVE_LIST_PATH, { polledAt: '2026-11-25T12:00:00Z', streams: [], left: [] });
    const [row] = await listed({ TEMPORAL_ADDRESS: (await temporal()).address });
    assert.partialDeepStrictEqual(row, { state: 'not live, or no room is free', reason: null });
  });

  it('says how to begin when nothing is listed', async () => {
    const { stdout } = await ended(['list'], { TEMPORAL_ADDRESS: (await temporal()).address });
    assert.match(stdout, /^No channel is listed, and none has a room\. Add one with `chatlake channels add LOGIN`\.\n/);
  });

  it('refuses what is no login and no action, and names the store if it does not answer', async () => {
    for (const args of [['add'], ['list', 'a'], ['drop', 'a']]) {
      const { code, stderr } = await ended(args);
      assert.deepEqual([code, /^Expected `list`, `add LOGIN\.\.\.` or/.test(stderr)], [78, true], stderr);
    }
    assert.match((await ended(['add', 'a b'])).stderr, /^Expected logins of Twitch, got `a b`/);
    const away = await ended(['add', 'a'], { PARAMETER_STORE_URL: 'http://127.0.0.1:1' });
    assert.deepEqual([away.code, /PARAMETER_STORE_URL/.test(away.stderr)], [69, true]);
  });
});
