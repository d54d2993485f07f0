import assert from 'node:assert/strict';
import { waitFor } from '../../integration/wait-for.ts';
import { readTruth, withSimulator } from '../../infra/twitch-simulator/with-simulator.ts';
import type { MemorySink } from './memory-sink.ts';
import { channels, joinAll, moreMessages, testAccount, withPool } from './with-pool.ts';

const [room] = channels;
assert.ok(room);
const FOREVER = { keepRoomMs: 60_000 };
const SOON = { keepRoomMs: 50 };

const reasons = (sink: MemorySink): unknown[] =>
  sink.records.map((record) => [record.kind, 'reason' in record ? record.reason : undefined]);

describe('Subscription.handOver(reason)', () => {
  it('keeps the room joined for the next subscription, without a record and without a missing line', async () => {
    await withSimulator({ messagesPerSecond: 300 }, async (simulator) => {
      await withPool(simulator, { times: FOREVER }, async (pool, sink) => {
        const [first] = await joinAll(pool, [room]);
        await first?.handOver('TIMED_OUT');
        assert.equal(first?.joined, false);
        await moreMessages(simulator, sink);
        const second = pool.join(room);
        assert.ok(second.joined);
        await second.leave('CANCELLED');
        assert.deepEqual(reasons(sink), [['join', undefined], ['end', 'CANCELLED']]); // prettier-ignore
        assert.equal(sink.messages.length, (await readTruth(simulator)).sent);
      });
    });
  });

  it('leaves the room when no subscription has come', async () => {
    await withSimulator({}, async (simulator) => {
      await withPool(simulator, { times: SOON }, async (pool, sink) => {
        const [first] = await joinAll(pool, [room]);
        await first?.handOver('TIMED_OUT');
        await waitFor('the end', () => sink.kinds().includes('end'));
        assert.deepEqual(reasons(sink).at(-1), ['end', 'TIMED_OUT']);
        await waitFor('the PART', async () => (await readTruth(simulator)).joined[room.channelLogin] === 0);
        assert.equal(pool.states().size, 0);
      });
    });
  });

  it('leaves at once if the room is not joined', async () => {
    await withSimulator({}, async (simulator) => {
      await withPool(simulator, { times: FOREVER }, async (pool, sink) => {
        const early = pool.join(room);
        await early.handOver('TIMED_OUT');
        await early.handOver('TIMED_OUT');
        assert.equal(pool.states().size, 0);
        await waitFor('the end', () => sink.kinds().includes('end'));
      });
    });
  });

  it('joins as the account that the next subscription names', async () => {
    await withSimulator({}, async (simulator) => {
      const accounts = ['a', 'b'].map((name) => testAccount({ name }));
      await withPool(simulator, { accounts, times: FOREVER }, async (pool, sink) => {
        const [first] = await joinAll(pool, [room]);
        assert.equal(first?.account, 'a');
        await first?.handOver('TIMED_OUT');
        const second = pool.join(room, 'b');
        assert.equal(second.account, 'b');
        await waitFor('the join', () => second.joined);
        assert.deepEqual(sink.kinds(), ['join', 'end', 'join']);
      });
    });
  });

  it('ends with the pool', async () => {
    await withSimulator({}, async (simulator) => {
      await withPool(simulator, { times: FOREVER }, async (pool, sink) => {
        const [first] = await joinAll(pool, [room]);
        await first?.handOver('TIMED_OUT');
        await pool.close();
        assert.deepEqual(reasons(sink).at(-1), ['end', 'the collector stops']);
      });
    });
  });
});
