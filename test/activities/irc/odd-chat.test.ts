import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { FactError } from '../../../activities/errors.ts';
import { RateLimit } from '../../../activities/irc/rate-limit.ts';
import type { IrcPool } from '../../../activities/irc/pool.ts';
import type { Subscription } from '../../../activities/irc/subscription.ts';
import type { RoomInput } from '../../../activities/irc/room.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { flood } from '../hostile-server.ts';
import { withChatDouble } from './chat-double.ts';
import { withPool } from './with-pool.ts';

const haneul: RoomInput = { channelId: '7001', channelLogin: 'haneul' };
const roomState = (login: string, roomId: string): string => `@room-id=${roomId} :tmi.twitch.tv ROOMSTATE #${login}`;

describe('createIrcPool(options) on a chat that behaves oddly', () => {
  for (const [when, storm] of [
    ['welcome', { afterWelcome: [':tmi.twitch.tv RECONNECT'] }],
    ['join', { afterJoin: () => [':tmi.twitch.tv RECONNECT'] }],
  ] as const) {
    it(`waits longer before each login when RECONNECT follows each ${when}`, async () => {
      await withChatDouble(async (double) => {
        Object.assign(double, storm);
        const times = { reconnectFirstMs: 40, reconnectMaxMs: 60_000 };
        await withPool(double, { times }, async (pool) => {
          pool.join(haneul);
          const seenAtMs: number[] = [];
          await waitFor('five logins', () => {
            const logins = double.received(/^NICK/).length;
            while (seenAtMs.length < logins) seenAtMs.push(performance.now());
            return logins >= 5;
          });
          // Each pause is at least half of its maximum: 20, 40, 80 and 160 ms.
          const [first = 0, last = 0] = [seenAtMs[0], seenAtMs[4]];
          assert.ok(last - first >= 290, `${last - first}`);
        });
      });
    });
  }

  it('uses the nick from the welcome: its own echoes are not stored, and a PART by Twitch is noticed', async () => {
    await withChatDouble(async (double) => {
      double.nick = 'Other_Login';
      const readChatLogin = (): Promise<{ login: string; accessToken: string }> =>
        Promise.resolve({ login: 'stored_login', accessToken: 'token' });
      await withPool(double, { readChatLogin }, async (pool, sink) => {
        const subscription = pool.join(haneul);
        await waitFor('the join', () => subscription.joined);
        double.say(':Other_Login!Other_Login@Other_Login.tmi.twitch.tv PART #haneul');
        await waitFor('the loss', () => sink.records.some(({ kind }) => kind === 'loss'));
        assert.deepEqual(sink.lines, []);
        assert.equal(sink.records.at(-1)?.reason, 'parted by Twitch');
      });
    });
  });

  it('echoes the text of a PING, with or without a colon, and never a line ending inside it', async () => {
    await withChatDouble(async (double) => {
      await withPool(double, {}, async (pool) => {
        const subscription = pool.join(haneul);
        await waitFor('the join', () => subscription.joined);
        for (const ping of ['PING :tmi.twitch.tv', 'PING tmi.twitch.tv', 'PING :a\rPRIVMSG #victim :spam'])
          double.say(ping);
        await waitFor('the answers', () => double.received(/^PONG/).length === 3);
        const answers = double.received(/^PONG/);
        assert.deepEqual(answers.slice(0, 2), ['PONG :tmi.twitch.tv', 'PONG :tmi.twitch.tv']);
        assert.ok(answers.every((answer) => !/[\r\n]/.test(answer)));
        assert.deepEqual(double.received(/^PRIVMSG/), []);
      });
    });
  });

  it('joins every room eventually when RECONNECT comes before the rate limit has allowed all JOINs', async () => {
    await withChatDouble(async (double) => {
      let joins = 0;
      double.afterJoin = () => (++joins % 3 === 0 ? [':tmi.twitch.tv RECONNECT'] : []);
      const joinLimit = new RateLimit({ count: 3, windowMs: 100 });
      await withPool(double, { joinLimit }, async (pool, sink) => {
        const logins = Array.from({ length: 10 }, (_, n) => `room${n}`);
        for (const channelLogin of logins) pool.join({ channelId: channelLogin, channelLogin });
        const joined = (): string[] => [
          ...new Set(sink.records.filter(({ kind }) => kind === 'join').map((record) => record.channelLogin)),
        ];
        await waitFor('every room', () => joined().length === logins.length, 10_000);
      });
    });
  });

  for (const [what, line] of [
    ['366', ':me.tmi.twitch.tv 366 me #haneul :End of /NAMES list'],
    ['366 in capitals', ':me.tmi.twitch.tv 366 me #HANEUL :End of /NAMES list'],
    ['ROOMSTATE without tags', ':tmi.twitch.tv ROOMSTATE #haneul'],
    ['ROOMSTATE with an empty room-id', '@room-id=;slow=0 :tmi.twitch.tv ROOMSTATE #haneul'],
    ['ROOMSTATE in capitals', '@room-id=7001 :tmi.twitch.tv ROOMSTATE #Haneul'],
  ] as const) {
    it(`counts a room as joined when ${what} is the only answer`, async () => {
      await withChatDouble(async (double) => {
        double.joins = false;
        await withPool(double, {}, async (pool, sink) => {
          const subscription = pool.join(haneul);
          await waitFor('the JOIN', () => double.received(/^JOIN/).length === 1);
          double.say(line);
          await waitFor('the join', () => subscription.joined);
          double.say('@msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #HANEUL :This channel has been suspended.');
          await waitFor('the refusal', () => subscription.state === 'suspended');
          assert.deepEqual(
            sink.records.map(({ kind, channelLogin }) => `${kind} ${channelLogin}`),
            ['join haneul', 'loss haneul'],
          );
        });
      });
    });
  }

  for (const [what, end] of [
    ['the request ends', (_pool: IrcPool, subscription: Subscription) => subscription.leave('the stream ended')],
    ['the collector stops', (pool: IrcPool) => pool.close()],
  ] as const) {
    it(`reports a room that was never joined as lost from the first request when ${what}`, async () => {
      await withChatDouble(async (double) => {
        double.joins = false;
        await withPool(double, {}, async (pool, sink) => {
          const requestedAtMs = Date.now();
          const subscription = pool.join(haneul);
          await waitFor('the JOIN', () => double.received(/^JOIN/).length === 1);
          await end(pool, subscription);
          assert.deepEqual(
            sink.records.map(({ kind, reason }) => [kind, reason]),
            [
              ['loss', 'it was not joined yet'],
              ['end', what === 'the request ends' ? 'the stream ended' : 'the collector stops'],
            ],
          );
          assert.ok(Math.abs(Date.parse(sink.records[0]?.at ?? '') - requestedAtMs) < 1_000);
        });
      });
    });
  }

  it('reports that anonymous reading was refused', async () => {
    await withChatDouble(async (double) => {
      double.afterWelcome = [':tmi.twitch.tv NOTICE * :Login authentication failed'];
      await withPool(double, {}, async (pool) => {
        await assert.rejects(pool.join(haneul).failed, /Twitch refused anonymous reading/);
      });
    });
  });

  it('reports the notice that Twitch sent before it closed without a welcome', async () => {
    await withChatDouble(async (double) => {
      double.answers = false;
      const messages: string[] = [];
      const log = { ...silentLog, warn: (message: string) => void messages.push(message) };
      await withPool(double, { log }, async (pool) => {
        pool.join(haneul);
        await waitFor('the login', () => double.received(/^NICK/).length > 0);
        double.say(':tmi.twitch.tv NOTICE * :Your account is in another castle');
        double.end();
        await waitFor(
          'the words',
          () => messages.some((it) => it.includes('"Your account is in another castle"')),
          5_000,
        );
      });
    });
  });

  it('logs in a few times a minute when a hundred rooms are refused, and reports each room once', async () => {
    await withChatDouble(async (double) => {
      double.afterWelcome = [':tmi.twitch.tv NOTICE * :Login authentication failed'];
      const times = { reconnectFirstMs: 100, reconnectMaxMs: 60_000 };
      await withPool(double, { times }, async (pool, sink) => {
        const again = async (n: number): Promise<void> => {
          for (let attempt = 0; attempt < 4; attempt += 1)
            await pool.join({ channelId: `${n}`, channelLogin: `room${n}` }).failed.catch(() => {});
        };
        await Promise.all(Array.from({ length: 100 }, (_, n) => again(n)));
        assert.equal(double.received(/^NICK/).length, 4);
        assert.equal(sink.records.length, 100);
      });
    });
  });

  it('reconnects when RECONNECT comes before the welcome', async () => {
    await withChatDouble(async (double) => {
      double.answers = false;
      await withPool(double, {}, async (pool) => {
        const subscription = pool.join(haneul);
        await waitFor('the first login', () => double.received(/^NICK/).length > 0);
        double.answers = true;
        double.say(':tmi.twitch.tv RECONNECT');
        await waitFor('the join', () => subscription.joined);
      });
    });
  });

  it('closes the connection to a server that keeps sending PINGs but reads nothing', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.pause();
      socket.write(':tmi.twitch.tv 001 justinfan1 :Welcome\r\n');
      flood(socket, 'PING :tmi.twitch.tv\r\n'.repeat(1_000));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const messages: string[] = [];
    const log = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (message: string) => void messages.push(message),
    };
    try {
      const ircUrl = `irc://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await withPool({ ircUrl }, { log }, async (pool) => {
        pool.join(haneul);
        await waitFor('the end', () => messages.some((message) => /bytes are waiting/.test(message)));
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('reports a channel as lost from the first request, with the reason, when there is no server', async () => {
    await withPool({ ircUrl: 'irc://127.0.0.1:1' }, {}, async (pool, sink) => {
      const requestedAtMs = Date.now();
      pool.join(haneul);
      await waitFor('the record', () => sink.records.length > 0);
      const [record] = sink.records;
      assert.deepEqual([record?.kind, record?.reason], ['loss', 'connection unreachable']);
      assert.ok(Math.abs(Date.parse(record?.at ?? '') - requestedAtMs) < 1_000);
    });
  });

  it('reports a missing token once over all attempts', async () => {
    await withChatDouble(async (double) => {
      let reads = 0;
      const readChatLogin = (): Promise<never> => {
        reads += 1;
        return Promise.reject(new FactError('no user token is stored', { retryable: true }));
      };
      await withPool(double, { readChatLogin }, async (pool, sink) => {
        pool.join(haneul);
        await waitFor('several attempts', () => reads >= 4);
        assert.deepEqual(
          sink.records.map(({ kind, reason }) => [kind, reason]),
          [['loss', 'waiting for a token']],
        );
      });
    });
  });

  it('reports a refused login once, although each attempt is another call', async () => {
    await withChatDouble(async (double) => {
      double.afterWelcome = [':tmi.twitch.tv NOTICE * :Login authentication failed'];
      await withPool(double, {}, async (pool, sink) => {
        for (let attempt = 0; attempt < 4; attempt += 1) await assert.rejects(pool.join(haneul).failed);
        assert.deepEqual(
          sink.records.map(({ reason }) => reason),
          ['login-refused'],
        );
      });
    });
  });

  for (const channelLogin of ['zz\r\nPRIVMSG #victim :spam', 'a b', '', 'a,b', '한글', 'a'.repeat(26)]) {
    it(`refuses to join the login ${JSON.stringify(channelLogin)}`, async () => {
      await withChatDouble(async (double) => {
        await withPool(double, {}, async (pool) => {
          assert.throws(() => pool.join({ channelId: '7', channelLogin }), /Expected a login/);
          const subscription = pool.join(haneul);
          await waitFor('another room', () => subscription.joined);
          assert.deepEqual(double.received(/^JOIN|^PRIVMSG/), ['JOIN #haneul']);
        });
      });
    });
  }

  describe('when a login belongs to another channel', () => {
    it('gives up the room of the earlier channel, and reports it to coverage', async () => {
      await withChatDouble(async (double) => {
        double.afterJoin = (login) => [roomState(login, '8002')];
        await withPool(double, {}, async (pool, sink) => {
          await assert.rejects(pool.join(haneul).failed, /belongs to another channel/);
          assert.deepEqual(
            sink.records.map(({ kind, channelId }) => [kind, channelId]),
            [
              ['join', '7001'],
              ['loss', '7001'],
            ],
          );
          assert.throws(() => pool.join(haneul), /belongs to another channel/, 'it is not joined again at once');
          await waitFor('the room to be left', () => double.received(/^PART/).length === 1);
        });
      });
    });

    it('gives the room to the newer request, which has its own coverage', async () => {
      await withChatDouble(async (double) => {
        await withPool(double, {}, async (pool, sink) => {
          const old = pool.join(haneul);
          await waitFor('the old room', () => old.joined);
          double.afterJoin = (login) => [roomState(login, '8002')];
          const newer = pool.join({ ...haneul, channelId: '8002' });
          await assert.rejects(old.failed, /belongs to another channel/);
          await waitFor('the new room', () => newer.joined);
          const reported = sink.records.map(({ kind, channelId }) => `${kind} ${channelId}`);
          assert.deepEqual(reported, ['join 7001', 'loss 7001', 'join 8002']);
        });
      });
    });
  });
});
