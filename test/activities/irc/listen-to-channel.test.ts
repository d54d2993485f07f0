import assert from 'node:assert/strict';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { IrcPool } from '../../../activities/irc/pool.ts';
import type { RoomState } from '../../../activities/irc/room-state.ts';
import { createChatActivities } from '../../../activities/irc/index.ts';
import { silentLog } from '../../../common/log.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { readTruth, withSimulator } from '../../infra/twitch-simulator/with-simulator.ts';
import { channels, moreMessages, testAccount, withPool } from './with-pool.ts';

const [room] = channels;
assert.ok(room);

function environment(): MockActivityEnvironment {
  return new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') });
}

describe('listenToChannel(input)', () => {
  for (const reason of ['CANCELLED', 'WORKER_SHUTDOWN'] as const) {
    it(`listens until ${reason}, then leaves, flushes and throws the cancellation`, async () => {
      await withSimulator({ messagesPerSecond: 300 }, async (simulator) => {
        await withPool(simulator, {}, async (pool, sink) => {
          const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog, lookEveryMs: 20 });
          const env = environment();
          const beats: unknown[] = [];
          env.on('heartbeat', (details: unknown) => beats.push(details));
          const run = env.run(listenToChannel, room);
          run.catch(() => {});
          await waitFor('a heartbeat from the room', () =>
            /^{"joined":true,"account":"anonymous","messagesPerMinute":\d+}$/.test(JSON.stringify(beats.at(-1))),
          );
          assert.deepEqual(beats[0], { joined: false });
          await moreMessages(simulator, sink, 20);
          assert.equal(sink.flushes, 0);

          env.cancel(reason);
          await assert.rejects(run, (error) => error instanceof CancelledFailure && error.message === reason);
          assert.equal(sink.flushes, 1);
          const truth = await readTruth(simulator);
          assert.deepEqual([truth.joined[room.channelLogin], sink.messages.length], [0, truth.sent]);
          assert.partialDeepStrictEqual(sink.records.at(-1), { kind: 'end', ...room, reason });
        });
      });
    });
  }

  for (const [what, leaveReason, reported] of [
    ['the poll has stored', async () => 'made room for a larger channel', 'made room for a larger channel'],
    ['nobody has stored', async () => undefined, 'CANCELLED'],
    ['cannot be looked up', () => Promise.reject(new Error('no parameter store')), 'CANCELLED'],
  ] as const) {
    it(`reports to coverage why it was cancelled: a reason that ${what}`, async () => {
      await withSimulator({}, async (simulator) => {
        await withPool(simulator, {}, async (pool, sink) => {
          const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog, leaveReason });
          const env = environment();
          const run = env.run(listenToChannel, room);
          run.catch(() => {});
          await waitFor('the join', () => sink.kinds().includes('join'));
          env.cancel('CANCELLED');
          await assert.rejects(run, CancelledFailure);
          assert.partialDeepStrictEqual(sink.records.at(-1), { kind: 'end', reason: reported });
        });
      });
    });
  }

  it('joins with the account that the poll has named, and reports it with the state', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const accounts = ['a', 'b'].map((name) => testAccount({ name }));
      for (const [accountOf, account] of [
        [async () => 'b', 'b'],
        [() => Promise.reject(new Error('no parameter store')), 'a'],
      ] as const) {
        await withPool(simulator, { accounts }, async (pool, sink) => {
          const reported: unknown[] = [];
          const { listenToChannel } = createChatActivities({
            ...{ pool, sink, log: silentLog, lookEveryMs: 20, accountOf },
            reportState: async (_workflowId, told) => void reported.push(told),
          });
          const env = environment();
          const run = env.run(listenToChannel, room);
          run.catch(() => {});
          await waitFor('the state', () => reported.length > 0);
          assert.deepEqual(reported, [{ state: 'listening', account }]);
          env.cancel('CANCELLED');
          await assert.rejects(run, CancelledFailure);
        });
      }
    });
  });

  it('heartbeats after two thirds of the heartbeat time-out, however often it looks at the room', async () => {
    await withSimulator({}, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog, lookEveryMs: 5 });
        const env = new MockActivityEnvironment({ heartbeatTimeoutMs: 300 }, { logger: new DefaultLogger('ERROR') });
        const beats: number[] = [];
        env.on('heartbeat', () => beats.push(performance.now()));
        const run = env.run(listenToChannel, room);
        run.catch(() => {});
        await waitFor('heartbeats', () => beats.length > 3);
        env.cancel('CANCELLED');
        await assert.rejects(run, CancelledFailure);
        const pauses = beats.slice(1).map((atMs, index) => atMs - (beats[index] ?? 0));
        assert.ok(Math.min(...pauses) >= 200, pauses.join());
      });
    });
  });

  it('does not report the state that the chat assumes at the start; a later attempt reports it', async () => {
    const reports = new Map<number, RoomState[]>();
    const failed = new Promise<never>(() => {});
    const subscription = { joined: false, state: 'joining' as RoomState, failed, leave: () => Promise.resolve() };
    const pool = { join: () => subscription } as unknown as Pick<IrcPool, 'join'>;
    const sink = { flush: () => Promise.resolve() };
    const runs = [1, 2].map((attempt) => {
      const states: RoomState[] = [];
      reports.set(attempt, states);
      const reportState = async (_workflowId: string, { state }: { state: RoomState }) => void states.push(state);
      const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog, lookEveryMs: 5, reportState });
      const env = new MockActivityEnvironment({ attempt }, { logger: new DefaultLogger('ERROR') });
      return { env, run: env.run(listenToChannel, room).catch(() => {}) };
    });
    await waitFor('the report of the second attempt', () => reports.get(2)?.length === 1);
    subscription.state = 'listening';
    await waitFor('both to report', () => [1, 2].every((attempt) => reports.get(attempt)?.includes('listening')));
    assert.deepEqual([...reports.values()], [['listening'], ['joining', 'listening']]);
    for (const { env, run } of runs) {
      env.cancel('CANCELLED');
      await run;
    }
  });

  it('shares the room with an attempt that still runs', async () => {
    await withSimulator({ messagesPerSecond: 300 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog, lookEveryMs: 20 });
        const environments = [environment(), environment()];
        const runs = environments.map((env) => env.run(listenToChannel, room));
        for (const run of runs) run.catch(() => {});
        await waitFor('the join', () => sink.kinds().includes('join'));
        environments[0]?.cancel('NOT_FOUND');
        await assert.rejects(async () => runs[0], CancelledFailure);
        await moreMessages(simulator, sink, 20);
        assert.equal((await readTruth(simulator)).joined[room.channelLogin], 1);
        environments[1]?.cancel('CANCELLED');
        await assert.rejects(async () => runs[1], CancelledFailure);
        assert.deepEqual(sink.kinds(), ['join', 'end']);
        assert.equal(sink.messages.length, (await readTruth(simulator)).sent);
      });
    });
  });

  for (const [waitedMs, kinds] of [
    [60_000, ['loss', 'join']],
    [8_000, ['join']],
    // Temporal's clock is wrong, or this is no time.
    [1e12, ['join']],
    [-60_000, ['join']],
  ] as const)
    it(`says since when a channel was wanted while no collector took it: ${waitedMs} ms`, async () => {
      await withSimulator({}, async (simulator) => {
        await withPool(simulator, {}, async (pool, sink) => {
          const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog });
          const scheduledAtMs = Date.now() - waitedMs;
          const env = new MockActivityEnvironment(
            { currentAttemptScheduledTimestampMs: scheduledAtMs },
            { logger: new DefaultLogger('ERROR') },
          );
          const run = env.run(listenToChannel, room);
          run.catch(() => {});
          await waitFor('the join', () => sink.kinds().includes('join'));
          env.cancel('WORKER_SHUTDOWN');
          await assert.rejects(run, CancelledFailure);
          assert.deepEqual(sink.kinds(), [...kinds, 'end']);
          if (kinds[0] === 'loss') {
            const at = new Date(scheduledAtMs).toISOString();
            assert.partialDeepStrictEqual(sink.records[0], { kind: 'loss', at, reason: 'it was not joined yet' });
          }
        });
      });
    });

  for (const givenUp of ['TIMED_OUT', 'NOT_FOUND'] as const)
    it(`keeps the room for the next attempt after ${givenUp}, and misses nothing`, async () => {
      await withSimulator({ messagesPerSecond: 300 }, async (simulator) => {
        await withPool(simulator, {}, async (pool, sink) => {
          const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog, lookEveryMs: 20 });
          const [first, second] = [environment(), environment()];
          const run = first.run(listenToChannel, room);
          run.catch(() => {});
          await waitFor('the join', () => sink.kinds().includes('join'));
          first.cancel(givenUp);
          await assert.rejects(run, (error) => error instanceof CancelledFailure && error.message === givenUp);
          await moreMessages(simulator, sink, 20);
          const next = second.run(listenToChannel, room);
          next.catch(() => {});
          await moreMessages(simulator, sink, 20);
          second.cancel('CANCELLED');
          await assert.rejects(next, CancelledFailure);
          assert.deepEqual(sink.kinds(), ['join', 'end']);
          assert.equal(sink.messages.length, (await readTruth(simulator)).sent);
        });
      });
    });

  it('tells the next attempt up to when everything was heard', async () => {
    await withSimulator({ messagesPerSecond: 300 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        const account = 'anonymous';
        const earlier: [string, number][] = [];
        let untilMs: number | undefined;
        const listened = { untilMs: () => untilMs, earlier: (id: string, ms: number) => void earlier.push([id, ms]) };
        const { listenToChannel } = createChatActivities({
          pool,
          sink,
          log: silentLog,
          lookEveryMs: 20,
          listened,
        });
        const listen = async (
          heartbeatDetails: unknown,
          work: (last: () => unknown) => Promise<void>,
        ): Promise<unknown> => {
          const env = new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
          let last: unknown;
          env.on('heartbeat', (details: unknown) => (last = details));
          const run = env.run(listenToChannel, room);
          run.catch(() => {});
          await work(() => last);
          env.cancel('WORKER_SHUTDOWN');
          await assert.rejects(run, CancelledFailure);
          return last;
        };
        const isLast = (last: () => unknown, details: object) => () =>
          Object.entries(details).every(([name, value]) => (last() as Record<string, unknown>)?.[name] === value);
        const first = await listen(undefined, async (last) => {
          await waitFor('the join', isLast(last, { joined: true, account }));
          untilMs = 1_000;
          await waitFor('the time', isLast(last, { joined: true, account, heardUntilMs: 1_000 }));
        });
        assert.deepEqual(earlier, []);
        untilMs = undefined;
        await listen(first, async (last) => {
          await waitFor('the time before', isLast(last, { joined: true, account, heardUntilMs: 1_000 }));
        });
        assert.deepEqual(earlier, [[room.channelId, 1_000]]);
        for (const odd of [null, 'text', { joined: true }, { heardUntilMs: 'soon' }, { heardUntilMs: NaN }, [7]])
          await listen(odd, async (last) => {
            await waitFor('the join', isLast(last, { joined: true, heardUntilMs: undefined }));
          });
        assert.equal(earlier.length, 1);
      });
    });
  });

  it('leaves while Kafka is away after waiting a limited time for the sink', async () => {
    await withSimulator({ messagesPerSecond: 300 }, async (simulator) => {
      await withPool(simulator, {}, async (pool, sink) => {
        const away = { flush: () => new Promise<void>(() => {}) };
        const { listenToChannel } = createChatActivities({ pool, sink: away, log: silentLog, flushMs: 20 });
        const env = environment();
        const run = env.run(listenToChannel, room);
        run.catch(() => {});
        await waitFor('the join', () => sink.kinds().includes('join'));
        env.cancel('CANCELLED');
        await assert.rejects(run, CancelledFailure);
        assert.deepEqual(sink.kinds(), ['join', 'end']);
        assert.equal((await readTruth(simulator)).joined[room.channelLogin], 0);
      });
    });
  });

  it('fails retryably when the login is refused', async () => {
    await withSimulator({}, async (simulator) => {
      const readChatLogin = () => Promise.resolve({ login: 'lake_reader', accessToken: 'expired' });
      await withPool(simulator, { readChatLogin }, async (pool, sink) => {
        const { listenToChannel } = createChatActivities({ pool, sink, log: silentLog });
        await assert.rejects(
          environment().run(listenToChannel, room),
          (error) => error instanceof ApplicationFailure && error.type === 'IrcError' && error.nonRetryable === false,
        );
      });
    });
  });
});
