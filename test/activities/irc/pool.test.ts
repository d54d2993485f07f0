import assert from 'node:assert/strict';
import { IrcError } from '../../../activities/irc/error.ts';
import { RateLimit } from '../../../activities/irc/rate-limit.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { logIn, order, readIds, readTruth, withSimulator } from '../../infra/twitch-simulator/with-simulator.ts';
import { selfSigned } from '../../integration/certificates.ts';
import { withChatDouble } from './chat-double.ts';
import { channels, joinAll, moreMessages, withPool } from './with-pool.ts';

const [first, second] = channels;
assert.ok(first && second);

describe('createIrcPool(options)', () => {
  it('passes on every line once and unchanged, also when reads cut lines', async () => {
    await withSimulator({ messagesPerSecond: 3_000 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        await joinAll(pool);
        await moreMessages(simulator, sink, 5_000);
        await pool.close();
        const truth = await readTruth(simulator);
        assert.equal(truth.broken, 0);
        assert.equal(sink.messages.length, truth.sent);
        assert.equal(new Set(sink.ids).size, truth.distinctIds);
        assert.deepEqual(new Set(sink.ids), new Set(await readIds(simulator)));
        for (const { key, line, isMessage } of sink.lines) {
          assert.ok(!/[\r\n]/.test(line.toString()) && line.toString('utf8').includes('\uFFFD') === false);
          const login = / #(\S+)/.exec(line.toString().replace(/^@\S* /, ''))?.[1];
          if (isMessage) assert.equal(key, channels.find(({ channelLogin }) => channelLogin === login)?.channelId);
        }
        assert.equal(sink.flushes, 1);
      });
    });
  });

  it('stores the events of rooms, and nothing that concerns only the connection', async () => {
    await withSimulator({ messagesPerSecond: 3_000, pingEveryMs: 200 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        await joinAll(pool);
        await moreMessages(simulator, sink, 1_000);
        await pool.close();
        const commands = new Set(sink.lines.map(({ line }) => /^(?:@[^ ]+ )?:[^ ]+ (\S+)/.exec(line.toString())?.[1]));
        assert.deepEqual([...commands].sort(), ['CLEARCHAT', 'CLEARMSG', 'PRIVMSG', 'ROOMSTATE', 'USERNOTICE']);
      });
    });
  });

  it('reports a join when it is confirmed, and an end when the last subscriber leaves', async () => {
    await withSimulator({ messagesPerSecond: 200 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        const [one, other] = await joinAll(pool, [first, first]);
        await one?.leave('not needed');
        assert.deepEqual([one?.joined, other?.joined], [false, true]);
        assert.equal((await readTruth(simulator)).joined[first.channelLogin], 1);
        await moreMessages(simulator, sink, 10);
        await other?.leave('stream ended');
        const { sent } = await readTruth(simulator);
        assert.equal(sink.messages.length, sent);
        assert.deepEqual(sink.kinds(), ['join', 'end']);
        assert.partialDeepStrictEqual(sink.records[1], { ...first, collector: 'collector-1', reason: 'stream ended' });
        assert.ok(sink.records.every(({ at }) => new Date(at).toISOString() === at));
      });
    });
  });

  it('joins a room again that is still being left', async () => {
    await withSimulator({ messagesPerSecond: 200 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        const [subscription] = await joinAll(pool, [first]);
        const left = subscription?.leave('moved');
        const again = pool.join(first);
        await left;
        await waitFor('the second join', () => again.joined);
        assert.deepEqual(sink.kinds(), ['join', 'end', 'join']);
        await moreMessages(simulator, sink, 10);
      });
    });
  });

  it('spreads rooms over connections, up to the limit of each', async () => {
    await withSimulator({}, async (simulator) => {
      await withPool(simulator, { roomsPerConnection: 3 }, async (pool) => {
        await joinAll(pool);
        assert.equal((await readTruth(simulator)).connections, 3);
      });
      assert.equal((await readTruth(simulator)).connections, 0);
    });
  });

  it('speaks TLS', async () => {
    const tls = selfSigned();
    await withSimulator({ tls, messagesPerSecond: 500 }, async (simulator) => {
      await withPool(simulator, { url: simulator.ircsUrl ?? '', ca: tls.cert }, async (pool, sink) => {
        await joinAll(pool);
        await moreMessages(simulator, sink);
        await pool.close();
        assert.equal(sink.messages.length, (await readTruth(simulator)).sent);
      });
    });
  });

  it('warns once per connection that a line was cut', async () => {
    await withChatDouble(async (double) => {
      const warnings: unknown[] = [];
      const log = { ...silentLog, warn: (_message: string, facts?: unknown) => void warnings.push(facts) };
      await withPool(double, { log }, async (pool, sink) => {
        await joinAll(pool, [first]);
        const { channelLogin } = first;
        const line = `:a!a@a PRIVMSG #${channelLogin} :${'x'.repeat(70_000)}`;
        for (let count = 0; count < 2; count += 1) double.say(line);
        await waitFor('both lines', () => sink.messages.length === 2);
        assert.partialDeepStrictEqual(warnings, [{ channelLogin }]);
        assert.equal(warnings.length, 1);
      });
    });
  });

  it('respects the JOIN rate limit', async () => {
    await withSimulator({}, async (simulator) => {
      let nowMs = 0;
      const joinLimit = new RateLimit({ count: 3, windowMs: 10, now: () => nowMs });
      await withPool(simulator, { joinLimit }, async (pool) => {
        const subscriptions = channels.map((room) => pool.join(room));
        const joined = () => subscriptions.filter((subscription) => subscription.joined).length;
        await waitFor('three joins', () => joined() === 3);
        nowMs = 10;
        await waitFor('three more', () => joined() === 6);
        nowMs = 20;
        await waitFor('the rest', () => joined() === 8);
      });
    });
  });

  it('reads the token again for each connection; a refused one fails its rooms with a retryable error', async () => {
    await withSimulator({}, async (simulator) => {
      let accessToken = 'expired';
      const readChatLogin = () => Promise.resolve({ login: 'lake_reader', accessToken });
      await withPool(simulator, { readChatLogin }, async (pool, sink) => {
        await assert.rejects(
          pool.join(first).failed,
          (error) => error instanceof IrcError && error.kind === 'login-refused' && error.retryable,
        );
        assert.deepEqual(sink.kinds(), ['loss']);
        accessToken = (await logIn(simulator)).access_token;
        await joinAll(pool, [first]);
        assert.deepEqual(sink.kinds(), ['loss', 'join']);
      });
    });
  });

  it('reports a suspended channel once and does not send its JOIN again at once', async () => {
    await withSimulator({}, async (simulator) => {
      await order(simulator, `/channels/${first.channelLogin}/suspend`);
      await withPool(simulator, {}, async (pool, sink) => {
        const subscription = pool.join(first);
        await waitFor('the loss', () => sink.records.length === 1);
        assert.partialDeepStrictEqual(sink.records[0], { kind: 'loss', reason: 'msg_channel_suspended' });
        await joinAll(pool, [second]);
        assert.equal(subscription.joined, false);
        const notices = sink.lines.filter(({ line }) => line.includes('msg_channel_suspended'));
        assert.equal(notices.length, 1);
      });
    });
  });

  it('sends an unanswered JOIN again, then reports it once and retries at growing intervals', async () => {
    await withChatDouble(async (double) => {
      double.joins = false;
      const times = { confirmMs: 30, unansweredPauseMs: 30, refusedPauseMs: 60 };
      await withPool(double, { times }, async (pool, sink) => {
        const subscription = pool.join(first);
        await waitFor('the loss', () => sink.records.length === 1);
        const asked = double.received(/^JOIN /).length;
        assert.ok(asked >= 2);
        assert.partialDeepStrictEqual(sink.records[0], { ...first, kind: 'loss', reason: 'JOIN was not confirmed' });
        await waitFor('more JOINs', () => double.received(/^JOIN /).length > asked + 2);
        assert.equal(sink.records.length, 1);
        double.joins = true;
        await waitFor('the join', () => subscription.joined);
        assert.deepEqual(sink.kinds(), ['loss', 'join']);
      });
    });
  });

  it('answers PING, requests tags and commands, and leaves with PART and QUIT', async () => {
    await withChatDouble(async (double) => {
      await withPool(double, {}, async (pool) => {
        await joinAll(pool, [first]);
        double.say('PING :are you there');
        await waitFor('PONG', () => double.received(/^PONG :are you there$/).length === 1);
      });
      const lines = double.received(/./).filter((line) => !line.startsWith('PONG'));
      assert.match(lines[1] ?? '', /^NICK justinfan\d{5}$/);
      const { channelLogin } = first;
      assert.deepEqual(lines.toSpliced(1, 1), [
        'CAP REQ :twitch.tv/tags twitch.tv/commands',
        `JOIN #${channelLogin}`,
        `PART #${channelLogin}`,
        'QUIT',
      ]);
    });
  });

  it('keeps trying to reach a server that is not up yet', async () => {
    let url = '';
    await withSimulator({}, async ({ ircUrl }) => void (url = ircUrl));
    await withSimulator({ ports: { irc: 0 } }, async (simulator) => {
      await withPool(simulator, { url }, async (pool, sink) => {
        pool.join(first);
        await withSimulator({ ports: { irc: Number(new URL(url).port) } }, async () => {
          await waitFor('the join', () => sink.kinds().includes('join'));
        });
      });
    });
  });
});
