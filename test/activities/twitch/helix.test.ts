import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import got from 'got';
import { createHelix } from '../../../activities/twitch/helix.ts';
import type { Helix, HelixOptions } from '../../../activities/twitch/helix.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { createOAuth } from '../../../activities/twitch/oauth.ts';
import { sweep } from '../../../activities/twitch/sweep.ts';
import { streamPollSettings } from '../../../activities/twitch/stream-poll-settings.ts';
import type { VideosPage } from '../../../activities/twitch/video.external.ts';
import { startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { silentLog } from '../../../common/log.ts';
import { externalStream } from './external-stream.ts';
import { externalVideo } from './external-video.ts';

/** A clock that waits advance, so tests do not wait. */
class Clock {
  nowMs = 1_764_072_000_000;
  readonly waits: number[] = [];
  readonly now = (): number => this.nowMs;
  readonly wait = async (ms: number): Promise<void> => {
    this.waits.push(ms);
    this.nowMs += ms;
  };
}

describe('createHelix({ apiUrl, … }), getStreams(query) and getVideos(channelId)', () => {
  let simulator: TwitchSimulator;
  let accessToken: string;
  let clock: Clock;
  let refreshes: number;

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 3, channels: 130, steady: true });
    accessToken = (await createOAuth({ ...simulator }).clientCredentials()).accessToken;
  });

  after(() => simulator.stop());
  beforeEach(() => {
    clock = new Clock();
    clock.nowMs = Date.now();
    refreshes = 0;
  });

  function helixWith(changes: Partial<HelixOptions> = {}): Helix {
    return createHelix({
      apiUrl: simulator.apiUrl,
      clientId: simulator.clientId,
      readAccessToken: () => Promise.resolve(accessToken),
      refreshNow: async () => void (refreshes += 1),
      log: silentLog,
      now: clock.now,
      wait: clock.wait,
      ...changes,
    });
  }

  const order = (kind: string, times: number): Promise<unknown> =>
    got.post(`${simulator.controlUrl}/faults`, { json: { kind, count: times } });
  const isKind =
    (kind: TwitchError['kind'], retryable: boolean) =>
    (error: unknown): boolean =>
      error instanceof TwitchError && error.kind === kind && error.retryable === retryable;

  it('returns a page of 100 streams and the cursor of the next', async () => {
    const helix = helixWith();
    const first = await helix.getStreams({});
    assert.equal(first.streams.length, 100);
    const second = await helix.getStreams({ after: first.cursor ?? '' });
    assert.deepEqual([second.streams.length, second.cursor], [30, undefined]);
  });

  it('tells how many requests Helix still allows, and 0 after a 429', async () => {
    const told: number[] = [];
    const helix = helixWith({ onPoints: (points) => void told.push(points) });
    await helix.getStreams({});
    await order('429', 1);
    await helix.getStreams({});
    const [first = 0, limited, last = 0] = told;
    assert.equal(told.length, 3);
    assert.equal(limited, 0);
    assert.ok(first > 0 && last > 0, String(told));
  });

  it('sweeps all pages', async () => {
    const swept = await sweep(helixWith(), streamPollSettings.parse({}));
    assert.equal(swept.candidates.values().length, 130);
  });

  it('filters by user id', async () => {
    const helix = helixWith();
    const [wanted] = (await helix.getStreams({})).streams;
    const page = await helix.getStreams({ userIds: [wanted?.user_id ?? ''] });
    assert.deepEqual(
      page.streams.map((stream) => stream.user_id),
      [wanted?.user_id],
    );
  });

  it('reads the recordings of one channel', async () => {
    const helix = helixWith();
    const { streams } = await helix.getStreams({});
    const found = new Map<string, VideosPage>();
    for (const { user_id } of streams.slice(0, 20)) found.set(user_id, await helix.getVideos(user_id));
    const videos = [...found.values()].flatMap((page) => page.videos);
    assert.ok(videos.length > 0 && videos.length < 20, 'some channels keep none');
    for (const { channelId, streamId, durationSeconds } of videos) {
      assert.equal(streams.find((stream) => stream.user_id === channelId)?.id, streamId);
      assert.ok((durationSeconds ?? 0) > 0);
    }
  });

  it('waits for the reset after each 429, and for a pause after 5xx', async () => {
    await order('429', 7);
    await order('503', 1);
    assert.equal((await helixWith().getStreams({})).streams.length, 100);
    assert.equal(clock.waits.length, 8);
  });

  it('fails retryably if Helix stays unavailable', async () => {
    await order('500', 5);
    await assert.rejects(helixWith().getStreams({}), isKind('unavailable', true));
  });

  it('refreshes the token on 401 and repeats the request, without the token in any error', async () => {
    await order('401', 1);
    assert.equal((await helixWith().getStreams({})).streams.length, 100);
    assert.equal(refreshes, 1);
    const stranger = helixWith({ readAccessToken: () => Promise.resolve('wrongtoken123') });
    await assert.rejects(stranger.getStreams({}), (error: TwitchError) => {
      assert.ok(isKind('unauthorized', true)(error));
      assert.ok(!JSON.stringify([error.message, error.facts]).includes('wrongtoken123'));
      return true;
    });
  });

  it('throws refused, not retryable, if Helix refuses the request', async () => {
    const tooMany = Array.from({ length: 101 }, (_, index) => String(index));
    await assert.rejects(helixWith().getStreams({ userIds: tooMany }), isKind('refused', false));
  });

  it('throws unavailable if there is no answer', async () => {
    await assert.rejects(helixWith({ apiUrl: 'http://127.0.0.1:1/helix' }).getStreams({}), isKind('unavailable', true));
  });

  it('stops waiting on abort', async () => {
    await assert.rejects(helixWith().getStreams({}, AbortSignal.abort(new Error('cancelled'))), /cancelled/);
  });

  describe('from a server with unexpected answers', () => {
    type Answer = { status?: number; headers?: Record<string, string>; body?: string };

    /** Asks a server that sends these answers in order, then repeats the last one. */
    async function against(answers: Answer[], ask: (helix: Helix) => Promise<void>): Promise<number> {
      let asked = 0;
      const server = createServer((_request, response) => {
        const { status = 200, headers = {}, body = '' } = answers[Math.min(asked, answers.length - 1)] ?? {};
        asked += 1;
        response.writeHead(status, headers).end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        await ask(helixWith({ apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/helix` }));
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      return asked;
    }

    const good: Answer = { body: JSON.stringify({ data: [externalStream()] }) };
    const oneStream = async (helix: Helix): Promise<void> => {
      assert.equal((await helix.getStreams({})).streams.length, 1);
    };

    for (const [what, odd] of Object.entries<Answer>({
      'a web page with 200': { body: '<html>Maintenance</html>' },
      'a web page with 403': { status: 403, body: '<html>Denied</html>' },
      'an empty body': { body: '' },
      'half an answer': { body: '{"data":[{"id":"1"' },
      'a list in the place of the page': { body: '[]' },
      'a text in the place of the list': { body: '{"data":"none"}' },
      'a redirection': { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'a 404': { status: 404, body: '{"error":"Not Found"}' },
      'a 400 that passes': { status: 400, body: '{"status":400,"message":"Invalid cursor"}' },
      'a 429 without a word of when': { status: 429 },
      'a 429 whose reset is past': { status: 429, headers: { 'ratelimit-reset': '1' } },
      'a 429 whose reset is no number': { status: 429, headers: { 'ratelimit-reset': 'soon' } },
    })) {
      it(`retries after ${what}`, async () => {
        assert.equal(await against([odd, good], oneStream), 2);
      });
    }

    it('waits until the bucket is full if an answer has no points left', async () => {
      const reset = String(Math.ceil(clock.nowMs / 1000) + 40);
      const spent = { ...good, headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': reset } };
      await against([spent, good], async (helix) => {
        await oneStream(helix);
        await oneStream(helix);
      });
      assert.equal(clock.waits.length, 1);
      assert.ok((clock.waits[0] ?? 0) > 38_000);
    });

    const goodVideos: Answer = { body: JSON.stringify({ data: [externalVideo()], pagination: { cursor: 'more' } }) };

    for (const [what, odd] of Object.entries<Answer>({
      'a web page with 200': { body: '<html>Maintenance</html>' },
      'half an answer': { body: '{"data":[{"id":"1"' },
      'a text in the place of the list': { body: '{"data":"none"}' },
      'a 503': { status: 503 },
      'a 401': { status: 401 },
      'a 404 that passes': { status: 404, body: '{"error":"Not Found","status":404,"message":""}' },
      'a 429 without a word of when': { status: 429 },
    })) {
      it(`asks for recordings again after ${what}, and follows no cursor`, async () => {
        const asked = await against([odd, goodVideos], async (helix) => {
          assert.equal((await helix.getVideos('7')).videos.length, 1);
        });
        assert.equal(asked, 2);
      });
    }

    for (const status of [400, 404, 410])
      it(`throws refused, not retryable, if the recordings of a channel answer ${status}`, async () => {
        const asked = await against([{ status }], (helix) =>
          assert.rejects(helix.getVideos('7'), isKind('refused', false)),
        );
        assert.equal(asked, 2);
      });

    it('reads no recordings from a null list', async () => {
      await against([{ body: '{"data":null,"pagination":null}' }], async (helix) => {
        assert.deepEqual(await helix.getVideos('7'), { videos: [], unusable: 1 });
      });
    });

    it('gives up after ten 429 answers', async () => {
      const asked = await against([{ status: 429 }], (helix) =>
        assert.rejects(helix.getStreams({}), isKind('unavailable', true)),
      );
      assert.equal(asked, 10);
    });
  });
});
