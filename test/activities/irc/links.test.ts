import assert from 'node:assert/strict';
import { IrcError } from '../../../activities/irc/error.ts';
import { RateLimit } from '../../../activities/irc/rate-limit.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { logIn, order, readIds, readTruth, withSimulator } from '../../infra/twitch-simulator/with-simulator.ts';
import { withChatDouble } from './chat-double.ts';
import { channels, joinAll, moreMessages, withPool } from './with-pool.ts';

const [first, second] = channels;
assert.ok(first && second);

describe('createIrcPool(options), whose connections end', () => {
  for (const [joins, budget] of [
    ['none of them', { count: channels.length, windowMs: 3_000 }],
    ['one or two of them', { count: 1, windowMs: 60 }],
  ] as const) {
    it(`keeps the connection with joined rooms, however many later ones are asked to reconnect after joining ${joins}`, async () => {
      await withSimulator({ messagesPerSecond: 500 }, async (simulator) => {
        await withPool(simulator, { joinLimit: new RateLimit(budget) }, async (pool, sink) => {
          await joinAll(pool);
          await order(simulator, '/connections/reconnect-each-welcome', { forMs: 600_000, afterMs: 600_000 });
          await order(simulator, '/connections/reconnect', { afterMs: 600_000 });
          const asked = (): number => sink.lines.filter(({ line }) => line.toString().endsWith(' RECONNECT')).length;
          await waitFor('ten connections to be asked', () => asked() >= 10);
          await order(simulator, '/connections/reconnect-each-welcome', { forMs: 0 });
          await waitFor('one connection to be left, with all rooms', async () => {
            const { connections, joined } = await readTruth(simulator);
            return connections === 1 && channels.every(({ channelLogin }) => joined[channelLogin] === 1);
          });
          assert.deepEqual(
            sink.kinds(),
            channels.map(() => 'join'),
          );
        });
      });
    });
  }

  it('reports both losses of a room that the new connection may not join: the old connection closed, then the refusal', async () => {
    await withSimulator({ messagesPerSecond: 500 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        await joinAll(pool);
        await order(simulator, `/channels/${first.channelLogin}/refuse`, { answer: 'msg_banned' });
        await order(simulator, '/connections/reconnect', { afterMs: 600_000 });
        const reasons = (): unknown[] =>
          sink.records
            .filter(({ channelLogin, kind }) => channelLogin === first.channelLogin && kind === 'loss')
            .map(({ reason }) => reason);
        await waitFor('the refusal to be reported', () => reasons().includes('msg_banned'));
        assert.deepEqual(reasons(), ['connection closed', 'msg_banned']);
      });
    });
  });

  it('reconnects on RECONNECT without losing a message, and without a gap in coverage', async () => {
    await withSimulator({ messagesPerSecond: 500 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        await joinAll(pool);
        await moreMessages(simulator, sink);
        await order(simulator, '/connections/reconnect', { afterMs: 600_000 });
        await waitFor('the old connection to be left', async () => {
          const { connections, joined } = await readTruth(simulator);
          return connections === 1 && Object.values(joined).every((count) => count === 1);
        });
        await moreMessages(simulator, sink);
        await pool.close();
        assert.equal(sink.messages.length, (await readTruth(simulator)).sent);
        assert.deepEqual(new Set(sink.ids), new Set(await readIds(simulator)));
        assert.equal(sink.records.filter(({ kind }) => kind === 'loss').length, 0);
        assert.equal(sink.records.filter(({ kind }) => kind === 'join').length, channels.length);
      });
    });
  });

  it('reports the loss of a dropped connection, and joins again', async () => {
    await withSimulator({ messagesPerSecond: 200 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        await joinAll(pool, [first, second]);
        await moreMessages(simulator, sink, 20);
        await order(simulator, '/connections/drop');
        await waitFor('the second joins', () => sink.kinds().filter((kind) => kind === 'join').length === 4);
        for (const { channelLogin } of [first, second])
          assert.deepEqual(sink.kinds(channelLogin), ['join', 'loss', 'join']);
        assert.equal(sink.records.find(({ kind }) => kind === 'loss')?.reason, 'connection lost');
        await moreMessages(simulator, sink, 20);
      });
    });
  });

  it('finds a silent connection with a PING, and dates the loss to the last line received', async () => {
    await withSimulator({ messagesPerSecond: 200 }, async (simulator) => {
      await withPool(simulator, { times: { silenceMs: 300, answerMs: 300 } }, async (pool, sink) => {
        await joinAll(pool, [first]);
        await moreMessages(simulator, sink, 10);
        await order(simulator, '/connections/stall');
        await waitFor('the loss', () => sink.kinds().includes('loss'));
        const loss = sink.records.find(({ kind }) => kind === 'loss');
        assert.equal(loss?.reason, 'connection silent');
        assert.ok(Date.parse(loss.at) <= Math.max(...sink.lines.map(({ receivedAtMs }) => receivedAtMs)) + 300);
        await waitFor('the second join', () => sink.kinds().filter((kind) => kind === 'join').length === 2);
      });
    });
  });

  it('is complete only up to the last line of a silent connection, until its loss is reported', async () => {
    await withSimulator({ messagesPerSecond: 200 }, async (simulator) => {
      await withPool(simulator, { times: { silenceMs: 300, answerMs: 300 } }, async (pool, sink) => {
        await joinAll(pool, [first]);
        await moreMessages(simulator, sink, 10);
        await order(simulator, '/connections/stall');
        await waitFor('the loss', () => {
          const isReported = sink.kinds().includes('loss');
          const lastMs = Math.max(...sink.lines.map(({ receivedAtMs }) => receivedAtMs));
          assert.ok(isReported || pool.completeUpToMs() <= lastMs + 300);
          return isReported;
        });
        const lostMs = Date.parse(sink.records.find(({ kind }) => kind === 'loss')?.at ?? '');
        assert.ok(pool.completeUpToMs() > lostMs);
      });
    });
  });

  it('keeps a quiet connection as long as it answers PING', async () => {
    await withChatDouble(async (double) => {
      await withPool(double, { times: { silenceMs: 20, answerMs: 700, openMs: 1_000 } }, async (pool, sink) => {
        await joinAll(pool, [first]);
        await waitFor('three PINGs', () => double.received(/^PING /).length >= 3);
        assert.deepEqual(sink.kinds(), ['join']);
        double.answers = false;
        await waitFor('the loss', () => sink.kinds().includes('loss'));
        assert.equal(sink.records.at(-1)?.reason, 'connection silent');
        double.answers = true;
        await waitFor('the second join', () => sink.kinds().at(-1) === 'join');
      });
    });
  });

  it('pauses its sockets while the sink is full, and loses nothing', async () => {
    await withSimulator({ messagesPerSecond: 3_000 }, async (simulator) => {
      await withPool(simulator, { roomsPerConnection: 4 }, async (pool, sink) => {
        await joinAll(pool);
        sink.full = true;
        await waitFor('the pause', () => sink.refusals > 0);
        const { sent } = await readTruth(simulator);
        await waitFor('more to be sent', async () => (await readTruth(simulator)).sent > sent + 3_000);
        const whilePaused = sink.messages.length;
        await waitFor('still more to be sent', async () => (await readTruth(simulator)).sent > sent + 6_000);
        assert.equal(sink.messages.length, whilePaused);
        sink.free();
        await moreMessages(simulator, sink);
        sink.refusals = 0;
        sink.full = true;
        await waitFor('the second pause', () => sink.refusals > 0);
        await pool.close();
        assert.equal(sink.messages.length, (await readTruth(simulator)).sent);
      });
    });
  });

  describe('when a connection ends', () => {
    const tenMinutesMs = 600_000;
    const sentNow = (): { atMs: number; line: string } => {
      const atMs = Date.now();
      return { atMs, line: `@id=m;tmi-sent-ts=${atMs} :a!a@a PRIVMSG #${first.channelLogin} :hi` };
    };

    it('during a pause: dates the loss to the last message sent before, not to when it was read', async () => {
      await withChatDouble(async (double) => {
        let aheadMs = 0;
        await withPool(double, { now: () => Date.now() + aheadMs }, async (pool, sink) => {
          await joinAll(pool, [first]);
          const { atMs, line } = sentNow();
          sink.full = true;
          double.say(line);
          await waitFor('the pause', () => sink.refusals > 0);
          double.say(':tmi.twitch.tv NOTICE * :slow down');
          double.end();
          aheadMs = tenMinutesMs;
          sink.free();
          await waitFor('the loss', () => sink.kinds().includes('loss'));
          assert.partialDeepStrictEqual(sink.records[1], { kind: 'loss', at: new Date(atMs).toISOString() });
        });
      });
    });

    it('while the process is stalled: dates the loss to the last message sent before', async () => {
      await withChatDouble(async (double) => {
        let aheadMs = 0;
        await withPool(double, { now: () => Date.now() + aheadMs }, async (pool, sink) => {
          await joinAll(pool, [first]);
          const { atMs, line } = sentNow();
          double.say(line);
          await waitFor('the message', () => sink.messages.length === 1);
          double.answers = false;
          aheadMs = tenMinutesMs;
          double.say('PING :tmi.twitch.tv');
          double.end();
          await waitFor('the loss', () => sink.kinds().includes('loss'));
          assert.partialDeepStrictEqual(sink.records[1], { kind: 'loss', at: new Date(atMs).toISOString() });
        });
      });
    });

    it('after catching up: dates the loss to the end of the connection', async () => {
      await withChatDouble(async (double) => {
        let aheadMs = 0;
        await withPool(double, { now: () => Date.now() + aheadMs }, async (pool, sink) => {
          await joinAll(pool, [first]);
          aheadMs = tenMinutesMs;
          const endedAfterMs = Date.now() + aheadMs;
          await waitFor('the PING', () => double.received(/^PING :chatlake-\d+$/).length > 0);
          double.end();
          await waitFor('the loss', () => sink.kinds().includes('loss'));
          assert.ok(Date.parse(sink.records[1]?.at ?? '') >= endedAfterMs);
        });
      });
    });

    it('or is silent while its room is left: dates the end to the last message', async () => {
      await withChatDouble(async (double) => {
        await withPool(double, { times: { leaveMs: 30 } }, async (pool, sink) => {
          const [subscription] = await joinAll(pool, [first]);
          const { atMs, line } = sentNow();
          double.say(line);
          await waitFor('the message', () => sink.messages.length === 1);
          double.answers = false;
          await subscription?.leave('stream ended');
          assert.partialDeepStrictEqual(sink.records[1], { kind: 'end', at: new Date(atMs).toISOString() });
        });
      });
    });
  });

  it('reports a loss when the old connection ends before the new one has joined', async () => {
    await withSimulator({ messagesPerSecond: 200 }, async (simulator) => {
      let nowMs = 0;
      const joinLimit = new RateLimit({ count: 1, windowMs: 10, now: () => nowMs });
      await withPool(simulator, { joinLimit }, async (pool, sink) => {
        await joinAll(pool, [first]);
        await order(simulator, '/connections/reconnect', { afterMs: 1 });
        await waitFor('the loss', () => sink.kinds().includes('loss'));
        nowMs = 10;
        await waitFor('the second join', () => sink.kinds().at(-1) === 'join');
        await moreMessages(simulator, sink, 10);
        assert.deepEqual(sink.kinds(), ['join', 'loss', 'join']);
      });
    });
  });

  it('gives up its rooms when the login is refused during a reconnect', async () => {
    await withSimulator({}, async (simulator) => {
      let accessToken = (await logIn(simulator)).access_token;
      const readChatLogin = () => Promise.resolve({ login: 'lake_reader', accessToken });
      await withPool(simulator, { readChatLogin }, async (pool, sink) => {
        const [subscription] = await joinAll(pool, [first]);
        accessToken = 'expired';
        await order(simulator, '/connections/reconnect', { afterMs: 600_000 });
        await assert.rejects(async () => subscription?.failed, IrcError);
        assert.deepEqual(sink.kinds(), ['join', 'loss']);
        await waitFor('the old connection to be left', async () => (await readTruth(simulator)).connections === 0);
      });
    });
  });
});
