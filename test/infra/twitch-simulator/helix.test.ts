import assert from 'node:assert/strict';
import { startTwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { appToken, logIn, order, withSimulator } from './with-simulator.ts';

interface Answer {
  data: Record<string, unknown>[];
  pagination?: { cursor?: string };
}

describe('Helix of the Twitch simulator', () => {
  let simulator: TwitchSimulator;
  let token: string;

  before(async () => {
    simulator = await startTwitchSimulator({ seed: 7, steady: true, channels: 45, pointsPerMinute: 100_000 });
    token = await appToken(simulator);
  });
  after(() => simulator.stop());

  async function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${simulator.apiUrl}${path}`, {
      headers: { authorization: `Bearer ${token}`, 'client-id': simulator.clientId, ...headers },
    });
  }
  async function read(path: string): Promise<Answer> {
    const response = await ask(path);
    assert.equal(response.status, 200, path);
    return (await response.json()) as Answer;
  }
  async function sweep(first: number): Promise<{ ids: unknown[]; last: Answer }> {
    const ids: unknown[] = [];
    let page = await read(`/streams?first=${first}`);
    for (;;) {
      ids.push(...page.data.map(({ id }) => id));
      const cursor = page.pagination?.cursor;
      if (cursor === undefined) return { ids, last: page };
      page = await read(`/streams?first=${first}&after=${cursor}`);
    }
  }

  it('returns every field of a stream', async () => {
    const { data } = await read('/streams?first=1');
    const [stream] = data;
    assert.ok(stream);
    const names =
      'id user_id user_login user_name game_id game_name type title viewer_count started_at language thumbnail_url tag_ids tags is_mature';
    assert.deepEqual(Object.keys(stream).sort(), names.split(' ').sort());
    assert.deepEqual(stream.tag_ids, []);
    assert.match(String(stream.thumbnail_url), /\{width\}x\{height\}/);
    assert.match(String(stream.started_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(stream.type, 'live');
  });

  it('pages through every stream once; the last page has an empty pagination, null or none', async () => {
    const sweeps = [await sweep(20), await sweep(20), await sweep(20)];
    for (const { ids } of sweeps) {
      assert.equal(ids.length, 45);
      assert.equal(new Set(ids).size, 45);
    }
    assert.deepEqual(
      new Set(sweeps.map(({ last }) => JSON.stringify(last.pagination))),
      new Set(['{}', 'null', undefined]),
    );
  });

  it('sorts by viewers and also pages backwards', async () => {
    const first = await read('/streams?first=10');
    const second = await read(`/streams?first=10&after=${first.pagination?.cursor}`);
    const viewers = [...first.data, ...second.data].map((stream) => Number(stream.viewer_count));
    assert.deepEqual(
      viewers,
      viewers.toSorted((a, b) => b - a),
    );
    assert.deepEqual((await read(`/streams?first=10&before=${second.pagination?.cursor}`)).data, first.data);
  });

  it('filters by user_id, user_login, game_id, language and type', async () => {
    const [stream, other] = (await read('/streams?first=2')).data;
    assert.ok(stream && other);
    const byUser = await read(`/streams?user_id=${String(stream.user_id)}&user_login=${String(other.user_login)}`);
    assert.deepEqual(byUser.data.map(({ id }) => id).sort(), [stream.id, other.id].sort());
    for (const [parameter, field] of [
      ['game_id', 'game_id'],
      ['language', 'language'],
    ] as const) {
      const { data } = await read(`/streams?first=100&type=live&${parameter}=${String(stream[field])}`);
      assert.ok(data.length > 0 && data.every((found) => found[field] === stream[field]));
    }
  });

  it('answers 400 to bad parameters', async () => {
    const many = (name: string): string => Array.from({ length: 101 }, (_, n) => `${name}=${n}`).join('&');
    const bad = ['first=0', 'first=101', 'first=ten', 'after=nonsense', 'type=vod', 'language=korean'];
    bad.push(many('user_id'), many('user_login'), many('game_id'), many('language'));
    for (const query of bad) {
      const response = await ask(`/streams?${query}`);
      assert.equal(response.status, 400, query);
      assert.equal(((await response.json()) as { error: string }).error, 'Bad Request');
    }
  });

  it('answers 401 in the shape of Twitch', async () => {
    for (const [headers, message] of [
      [{ 'client-id': simulator.clientId }, 'OAuth token is missing'],
      [{ authorization: `Bearer ${token}` }, 'Missing Client ID or OAuth token'],
      [{ authorization: 'Bearer wrong', 'client-id': simulator.clientId }, 'Invalid OAuth token'],
      [{ authorization: `Bearer ${token}`, 'client-id': 'wrong' }, 'Client ID and OAuth token do not match'],
    ] as const) {
      const response = await fetch(`${simulator.apiUrl}/streams`, { headers });
      assert.equal(response.status, 401);
      assert.deepEqual(await response.json(), { error: 'Unauthorized', status: 401, message });
    }
  });

  it('serves users and games with their limits', async () => {
    const [stream] = (await read('/streams?first=1')).data;
    assert.ok(stream);
    const id = String(stream.user_id);
    assert.equal((await read(`/users?id=${id}&login=nobody`)).data[0]?.login, stream.user_login);
    assert.equal((await ask('/users')).status, 400);
    assert.equal((await read(`/games?id=${String(stream.game_id)}`)).data[0]?.name, stream.game_name);
    assert.equal((await ask('/games')).status, 400);
  });

  it('serves the recordings of most channels: the current one grows, and the ended ones stay', async () => {
    const streams = (await read('/streams?first=100')).data;
    const stored = new Map<unknown, Record<string, unknown>>();
    for (const { user_id: id, id: streamId } of streams) {
      const { data } = await read(`/videos?user_id=${String(id)}&type=archive`);
      const [video] = data;
      if (video === undefined) continue;
      assert.deepEqual([data.length, video.stream_id, video.user_id, video.type], [1, streamId, id, 'archive']);
      assert.match(String(video.duration), /^(\d+h)?\d+m\d+s$/);
      stored.set(id, video);
    }
    assert.ok(stored.size > streams.length / 2 && stored.size < streams.length, `${stored.size} channels`);

    const [[id, video] = []] = stored;
    const login = String(video?.user_login);
    await order(simulator, `/channels/${login}/offline`);
    const [ended] = (await read(`/videos?user_id=${String(id)}`)).data;
    assert.deepEqual([ended?.id, ended?.created_at], [video?.id, video?.created_at]);
    assert.deepEqual((await read(`/videos?id=${String(video?.id)}`)).data, [ended]);
    await order(simulator, `/channels/${login}/live`);
    assert.deepEqual((await read(`/videos?user_id=${String(id)}`)).data, [ended], 'the new one has not begun');
    assert.deepEqual((await read(`/videos?user_id=${String(id)}&type=highlight`)).data, []);
    for (const query of [
      '',
      `?user_id=${String(id)}&game_id=1`,
      `?user_id=${String(id)}&type=vod`,
      '?user_id=1&first=0',
    ])
      assert.equal((await ask(`/videos${query}`)).status, 400, query);
  });

  it('answers /users without a name for a user token', async () => {
    const { access_token } = await logIn(simulator);
    const response = await ask('/users', { authorization: `Bearer ${access_token}` });
    assert.equal(((await response.json()) as Answer).data[0]?.login, 'lake_reader');
  });

  it('applies queued faults, one per answer', async () => {
    for (const [kind, status] of [
      ['401', 401],
      ['429', 429],
      ['500', 500],
      ['503', 503],
    ] as const) {
      await order(simulator, '/faults', { kind, count: 2 });
      assert.deepEqual([(await ask('/streams')).status, (await ask('/streams')).status], [status, status]);
      assert.equal((await ask('/streams')).status, 200);
    }
    await order(simulator, '/faults', { kind: 'empty-page' });
    assert.deepEqual(await read('/streams'), { data: [], pagination: {} });
    await order(simulator, '/faults', { kind: 'cursor-loop', count: 2 });
    const first = await read('/streams?first=10');
    const second = await read(`/streams?first=10&after=${first.pagination?.cursor}`);
    assert.equal(second.pagination?.cursor, first.pagination?.cursor);
  });

  it('sets channels on and off air on command', async () => {
    const login = String((await read('/streams?first=1')).data[0]?.user_login);
    const streamId = (await read(`/streams?user_login=${login}`)).data[0]?.id;
    await order(simulator, `/channels/${login}/offline`);
    assert.deepEqual((await read(`/streams?user_login=${login}`)).data, []);
    await order(simulator, `/channels/${login}/live`);
    assert.notEqual((await read(`/streams?user_login=${login}`)).data[0]?.id, streamId);
  });

  it('limits requests per minute, and reports it in its headers', async () => {
    await withSimulator({ pointsPerMinute: 2 }, async (slow) => {
      const headers = { authorization: `Bearer ${await appToken(slow)}`, 'client-id': slow.clientId };
      const statuses: number[] = [];
      for (let n = 0; n < 3; n += 1) {
        const response = await fetch(`${slow.apiUrl}/streams`, { headers });
        statuses.push(response.status);
        assert.equal(response.headers.get('ratelimit-limit'), '2');
        assert.match(response.headers.get('ratelimit-remaining') ?? '', /^[01]$/);
        assert.ok(Number(response.headers.get('ratelimit-reset')) * 1000 > Date.now() - 60_000);
      }
      assert.deepEqual(statuses, [200, 200, 429]);
    });
  });
});
