import assert from 'node:assert/strict';
import type { RoomAccount } from '../../../infra/twitch-simulator/attendance.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { RawChatClient } from './raw-chat-client.ts';
import { appToken, order, withSimulator } from './with-simulator.ts';

type Attended = Record<string, RoomAccount>;

async function attendance({ controlUrl }: TwitchSimulator): Promise<Attended> {
  return (await (await fetch(`${controlUrl}/attendance`)).json()) as Attended;
}

async function largest({ controlUrl }: TwitchSimulator): Promise<{ id: string; login: string }> {
  const [first] = (await (await fetch(`${controlUrl}/streams?top=1`)).json()) as { id: string; login: string }[];
  assert.ok(first);
  return first;
}

async function reader(simulator: TwitchSimulator, ...logins: string[]): Promise<RawChatClient> {
  const client = new RawChatClient(simulator.ircUrl);
  client.logInAnonymously();
  for (const login of logins) {
    client.send(`JOIN #${login}`);
    await client.line(new RegExp(` 366 .* #${login} `));
  }
  return client;
}

describe('chat commands of the Twitch simulator', () => {
  const chat = { channels: 4, messagesPerSecond: 100 };

  it('renames a live channel: Helix and chat use the new login, and the old one does not exist', async () => {
    await withSimulator(chat, async (simulator) => {
      const { id, login } = await largest(simulator);
      const client = await reader(simulator, login);
      await client.line(new RegExp(`PRIVMSG #${login} `));
      await order(simulator, `/channels/${login}/rename`, { to: 'the_new_name' });
      const headers = { authorization: `Bearer ${await appToken(simulator)}`, 'client-id': simulator.clientId };
      const asked = await fetch(`${simulator.apiUrl}/streams?user_id=${id}`, { headers });
      assert.equal(((await asked.json()) as { data: { user_login: string }[] }).data[0]?.user_login, 'the_new_name');
      client.send(`PART #${login}`, `JOIN #${login}`, 'JOIN #the_new_name');
      await client.line(new RegExp(`room-id=${id};.* ROOMSTATE #the_new_name`));
      await client.line(/PRIVMSG #the_new_name /);
      const { [login]: old } = await attendance(simulator);
      assert.equal(old?.stays.length, 1);
      assert.equal(old.stays[0]?.endedBy, 'part');
      assert.deepEqual(
        old.refused.map(({ answer }) => answer),
        [null],
      );
      client.destroy();
    });
  });

  it('gives the old login to another channel if asked to', async () => {
    await withSimulator(chat, async (simulator) => {
      const { id, login } = await largest(simulator);
      await order(simulator, `/channels/${login}/rename`, { to: 'the_new_name', taken: true });
      const client = await reader(simulator, login);
      const state = await client.line(new RegExp(`ROOMSTATE #${login}`));
      assert.ok(!state.includes(`room-id=${id};`));
      const said = await client.line(new RegExp(`PRIVMSG #${login} `));
      assert.ok(!said.includes(`room-id=${id};`));
      await assert.rejects(order(simulator, `/channels/${login}/rename`, { to: 'the_new_name' }), /409/);
      client.destroy();
    });
  });

  it('bans our account from a room: PART, msg_banned, and refused JOINs from then on', async () => {
    await withSimulator(chat, async (simulator) => {
      const { login } = await largest(simulator);
      const client = await reader(simulator, login);
      await order(simulator, `/channels/${login}/ban`);
      await client.line(new RegExp(`PART #${login}`));
      await client.line(new RegExp(`msg-id=msg_banned .*NOTICE #${login}`));
      client.send(`JOIN #${login}`);
      await waitFor('the second refusal', () => client.matching(/msg-id=msg_banned/).length === 2);
      const { [login]: room } = await attendance(simulator);
      assert.deepEqual(
        room?.stays.map(({ endedBy }) => endedBy),
        ['banned'],
      );
      assert.equal(room?.refused.length, 2);
      client.destroy();
    });
  });

  it('bans our account without a reason if asked to: only PART is sent', async () => {
    await withSimulator(chat, async (simulator) => {
      const { login } = await largest(simulator);
      const client = await reader(simulator, login);
      await order(simulator, `/channels/${login}/ban`, { announced: false });
      client.send('PING :and');
      await client.line(/PONG/);
      assert.equal(client.matching(new RegExp(`PART #${login}`)).length, 1);
      assert.equal(client.matching(/msg_banned/).length, 0);
      client.destroy();
    });
  });

  it('refuses a room with any answer or none, and admits it again', async () => {
    await withSimulator(chat, async (simulator) => {
      const { login } = await largest(simulator);
      const client = await reader(simulator);
      await order(simulator, `/channels/${login}/refuse`, { answer: 'msg_room_not_found' });
      client.send(`JOIN #${login}`);
      await client.line(/msg-id=msg_room_not_found/);
      await order(simulator, `/channels/${login}/refuse`, { answer: null });
      client.send(`JOIN #${login}`, 'PING :and');
      await client.line(/PONG/);
      assert.equal(client.matching(/ 366 /).length, 0);
      await order(simulator, `/channels/${login}/admit`);
      client.send(`JOIN #${login}`);
      await client.line(/ 366 /);
      client.destroy();
    });
  });

  it('sends RECONNECT after each welcome for a while, then closes', async () => {
    await withSimulator(chat, async (simulator) => {
      await order(simulator, '/connections/reconnect-each-welcome', { forMs: 60_000, afterMs: 50 });
      const client = await reader(simulator);
      await client.line(/RECONNECT/);
      await waitFor('the end of the connection', () => client.closed);
      await order(simulator, '/connections/reconnect-each-welcome', { forMs: 0 });
      const calm = await reader(simulator, (await largest(simulator)).login);
      assert.equal(calm.matching(/RECONNECT/).length, 0);
      calm.destroy();
    });
  });

  it('records a stall, an orderly close and the messages sent meanwhile', async () => {
    await withSimulator(chat, async (simulator) => {
      const { login } = await largest(simulator);
      const first = await reader(simulator, login);
      await order(simulator, '/connections/stall');
      const room = async (): Promise<RoomAccount | undefined> => (await attendance(simulator))[login];
      await waitFor('messages that nobody hears', async () => ((await room())?.unheard.length ?? 0) > 2);
      const second = await reader(simulator, login);
      await order(simulator, '/connections/close');
      await waitFor('the end of the connection', () => second.closed);
      const found = await room();
      assert.deepEqual(
        found?.stays.map(({ endedBy }) => endedBy),
        ['stalled', 'server closed'],
      );
      for (const { atMs } of found?.unheard ?? [])
        assert.ok(!found?.stays.some(({ fromMs, toMs }) => atMs > fromMs && atMs < (toMs ?? Infinity)));
      first.destroy();
    });
  });
});

describe('Helix commands of the Twitch simulator', () => {
  interface Page {
    data: Record<string, unknown>[] | null;
    pagination?: { cursor?: string } | null;
  }

  async function withHelix(
    work: (
      ask: (query: string) => Promise<{ status: number; reset: number; page: Page }>,
      simulator: TwitchSimulator,
    ) => Promise<void>,
  ): Promise<void> {
    await withSimulator({ channels: 400, pointsPerMinute: 100_000 }, async (simulator) => {
      const headers = { authorization: `Bearer ${await appToken(simulator)}`, 'client-id': simulator.clientId };
      await work(async (query) => {
        const response = await fetch(`${simulator.apiUrl}/streams?${query}`, { headers });
        const reset = Number(response.headers.get('ratelimit-reset'));
        return { status: response.status, reset, page: (await response.json()) as Page };
      }, simulator);
    });
  }

  it('leads in a circle with cursors that always differ', async () => {
    await withHelix(async (ask, simulator) => {
      await order(simulator, '/faults', { kind: 'cursor-chain', count: 3 });
      const cursors: (string | undefined)[] = [];
      const ids = new Set<unknown>();
      for (let n = 0; n < 3; n += 1) {
        const { page } = await ask(`first=100${cursors[n - 1] === undefined ? '' : `&after=${cursors[n - 1]}`}`);
        cursors.push(page.pagination?.cursor);
        for (const { id } of page.data ?? []) ids.add(id);
      }
      assert.equal(new Set(cursors).size, 3);
      assert.equal(ids.size, 100);
    });
  });

  it('refuses a valid cursor, or answers it with null, but serves requests without one', async () => {
    await withHelix(async (ask, simulator) => {
      await order(simulator, '/faults', { kind: 'invalid-cursor' });
      await order(simulator, '/faults', { kind: 'data-null' });
      const { status, page } = await ask('first=100');
      assert.equal(status, 200);
      assert.equal((await ask(`first=100&after=${page.pagination?.cursor}`)).status, 400);
      assert.deepEqual((await ask(`first=100&after=${page.pagination?.cursor}`)).page, {
        data: null,
        pagination: null,
      });
      assert.equal((await ask(`first=100&after=${page.pagination?.cursor}`)).page.data?.length, 100);
    });
  });

  it('starts a storm with the next request; the reset of a 429 storm is its end', async () => {
    await withHelix(async (ask, simulator) => {
      await order(simulator, '/faults/storm', { kind: '429', forMs: 700 });
      const { status, reset } = await ask('first=1');
      assert.equal(status, 429);
      assert.ok(reset * 1_000 > Date.now() && reset * 1_000 < Date.now() + 2_000);
      assert.equal((await ask('first=1')).status, 429);
      await waitFor('the end of the storm', async () => (await ask('first=1')).status === 200);
    });
  });

  it('refuses every request that names a login which no longer exists', async () => {
    await withHelix(async (ask, simulator) => {
      const { login } = await largest(simulator);
      await order(simulator, '/channels/moved_away/gone');
      assert.equal((await ask(`user_login=${login}&user_login=moved_away`)).status, 400);
      assert.equal((await ask(`user_login=${login}`)).page.data?.length, 1);
    });
  });

  it('makes a share of the streams odd, always the same ones, and leaves the others unchanged', async () => {
    await withHelix(async (ask, simulator) => {
      const plain = (await ask('first=100')).page.data ?? [];
      await order(simulator, '/streams/odd', { share: 0.3 });
      const odd = (await ask('first=100')).page.data ?? [];
      const same = odd.filter((stream) => plain.some((it) => JSON.stringify(it) === JSON.stringify(stream)));
      assert.ok(same.length > 50 && same.length < 90, `${same.length} of 100`);
      assert.deepEqual((await ask('first=100')).page.data, odd);
      await order(simulator, '/streams/odd', { share: 0 });
      assert.deepEqual((await ask('first=100')).page.data, plain);
    });
  });

  it('gives a channel more viewers, and adds noise to all if asked to', async () => {
    await withHelix(async (ask, simulator) => {
      const last = (await ask('first=100')).page.data?.at(-1);
      await order(simulator, `/channels/${String(last?.['user_login'])}/viewers`, { times: 1_000 });
      assert.equal((await ask('first=1')).page.data?.[0]?.['user_id'], last?.['user_id']);
    });
    await withSimulator({ channels: 50, viewerNoise: 0.05 }, async (noisy) => {
      await withSimulator({ channels: 50 }, async (still) => {
        const viewers = async ({ controlUrl }: TwitchSimulator): Promise<Map<string, number>> => {
          const streams = (await (await fetch(`${controlUrl}/streams`)).json()) as { id: string; viewers: number }[];
          return new Map(streams.map((stream) => [stream.id, stream.viewers]));
        };
        const [shaken, steady] = [await viewers(noisy), await viewers(still)];
        const off = [...steady].map(([id, count]) => Math.abs((shaken.get(id) ?? 0) - count) / count);
        assert.ok(off.some((share) => share > 0.02));
        assert.ok(off.every((share) => share < 0.06));
      });
    });
  });
});
