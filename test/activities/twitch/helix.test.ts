import assert from 'node:assert/strict';
import got from 'got';
import { type Helix, createHelix } from '../../../activities/twitch/helix.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { createOAuth } from '../../../activities/twitch/oauth.ts';
import { sweep } from '../../../activities/twitch/sweep.ts';
import { streamPollSettings } from '../../../activities/twitch/stream-poll-settings.ts';
import { type TwitchSimulator, startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { silentLog } from '../../../workers/logger.ts';

describe('createHelix({ apiUrl, … }).getStreams(query)', () => {
  let simulator: TwitchSimulator;
  let helix: Helix;
  const waits: number[] = [];

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 3, channels: 130, steady: true });
    const { accessToken } = await createOAuth({ ...simulator }).clientCredentials();
    helix = createHelix({
      apiUrl: simulator.apiUrl,
      clientId: simulator.clientId,
      readAccessToken: () => Promise.resolve(accessToken),
      log: silentLog,
      wait: (ms) => Promise.resolve(waits.push(ms)),
    });
  });

  after(() => simulator.stop());
  beforeEach(() => waits.splice(0));

  const order = (kind: string, times: number): Promise<unknown> =>
    got.post(`${simulator.controlUrl}/faults`, { json: { kind, count: times } });

  it('gives a page of 100 streams and a cursor to the next', async () => {
    const first = await helix.getStreams({});
    assert.equal(first.data.length, 100);
    const second = await helix.getStreams({ after: first.pagination?.cursor ?? '' });
    assert.equal(second.data.length, 30);
  });

  it('sweeps all pages', async () => {
    const swept = await sweep(helix, streamPollSettings.parse({}));
    assert.equal(swept.streams.length, 130);
  });

  it('filters by user id', async () => {
    const [wanted] = (await helix.getStreams({})).data;
    const page = await helix.getStreams({ userIds: [wanted?.user_id ?? ''] });
    assert.deepEqual(
      page.data.map((stream) => stream.user_id),
      [wanted?.user_id],
    );
  });

  it('waits and tries again on 429 and on 5xx', async () => {
    await order('429', 1);
    await order('503', 1);
    assert.equal((await helix.getStreams({})).data.length, 100);
    assert.equal(waits.length, 2);
  });

  it('gives up, retryably, when it stays unavailable', async () => {
    await order('500', 5);
    await assert.rejects(
      helix.getStreams({}),
      (error) => error instanceof TwitchError && error.kind === 'unavailable' && error.retryable,
    );
  });

  it('throws unauthorized on 401, without the token in the error', async () => {
    await order('401', 1);
    await assert.rejects(
      helix.getStreams({}),
      (error) => error instanceof TwitchError && error.kind === 'unauthorized',
    );
    const stranger = createHelix({
      ...simulator,
      readAccessToken: () => Promise.resolve('wrongtoken123'),
      log: silentLog,
    });
    await assert.rejects(
      stranger.getStreams({}),
      (error: TwitchError) => !JSON.stringify([error.message, error.facts]).includes('wrongtoken123'),
    );
  });

  it('throws refused, for good, on a question that Helix does not take', async () => {
    await assert.rejects(
      helix.getStreams({ userIds: Array.from({ length: 101 }, (_, index) => String(index)) }),
      (error) => error instanceof TwitchError && error.kind === 'refused' && !error.retryable,
    );
  });

  it('throws unavailable when nobody answers', async () => {
    const nobody = createHelix({
      ...simulator,
      apiUrl: 'http://127.0.0.1:1/helix',
      readAccessToken: () => Promise.resolve('t'),
      log: silentLog,
    });
    await assert.rejects(
      nobody.getStreams({}),
      (error) => error instanceof TwitchError && error.kind === 'unavailable',
    );
  });
});
