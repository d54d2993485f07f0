import assert from 'node:assert/strict';

import type { Chat } from '../../../activities/temporal/chat-difference.ts';
import { createChatSyncActivities } from '../../../activities/temporal/chat-sync.ts';
import type { ChatsSynced } from '../../../activities/temporal/chat-sync.ts';
import { LIVE_LIST_PATH } from '../../../activities/twitch/live-list.ts';
import type { LiveList } from '../../../activities/twitch/live-list.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

const chat = (id: string): Chat => ({ channelId: id, channelLogin: `login${id}` });

function liveListOf(ids: string[]): LiveList {
  const stream = (id: string, index: number) => ({
    ...chat(id),
    streamId: `s${id}`,
    viewerCount: 1000 - index,
    missedSweeps: 0,
  });
  return { polledAt: '2026-11-25T14:00:00.000Z', streams: ids.map(stream), left: [] };
}

describe('createChatSyncActivities(…).syncChats()', () => {
  let running: Set<string>;
  let renames: Chat[];
  let moves: string[];
  let descriptions: string[];
  let lists: number;
  let dies: boolean;
  let parameters: ReturnType<typeof memoryParameters>;
  let nowMs: number;

  beforeEach(() => {
    running = new Set();
    renames = [];
    moves = [];
    descriptions = [];
    lists = 0;
    dies = false;
    nowMs = Date.parse('2026-11-25T14:00:00Z');
    parameters = memoryParameters();
  });

  const sync = (live: string[]): Promise<ChatsSynced> => syncWith(liveListOf(live));

  function syncWith(list: LiveList): Promise<ChatsSynced> {
    parameters.values.set(LIVE_LIST_PATH, list);
    const { syncChats } = createChatSyncActivities({
      parameters,
      workflows: {
        start: async ({ channelId }) => {
          if (dies) throw new Error('died');
          running.add(channelId);
        },
        cancel: async ({ channelId }) => void running.delete(channelId),
        rename: async (renamed) => void renames.push(renamed),
        rejoin: async ({ channelId, account }) => void moves.push(`${channelId} to ${account}`),
        describe: async ({ channelId, language, category }) =>
          void descriptions.push(`${channelId}: ${language}, ${category}`),
        listRunning: async () => {
          lists += 1;
          return [...running].map(chat);
        },
      },
      log: silentLog,
      now: () => nowMs,
    });
    return activityEnvironment().run(syncChats);
  }

  it('starts the chats of live channels and cancels those of channels that ended', async () => {
    await sync(['1', '2']);
    const synced = await sync(['2', '3']);
    assert.deepEqual([...running].sort(), ['2', '3']);
    assert.deepEqual([synced.started, synced.cancelled], [1, 1]);
  });

  it('changes nothing the second time', async () => {
    await sync(['1']);
    assert.deepEqual(await sync(['1']), { started: 0, cancelled: 0, running: 1, reconciled: false });
  });

  it('lists the chats from Temporal if its note is from the future or unreadable', async () => {
    const ahead = { reconciledAt: '2031-01-01T00:00:00.000Z', chats: [], leaving: [] };
    for (const odd of [ahead, null, {}, { reconciledAt: 'soon', chats: null }, 'x', { ...ahead, chats: [{ id: 7 }] }]) {
      running = new Set(['9']);
      parameters.values.set('streams/chats', odd);
      const synced = await sync(['1']);
      assert.equal(synced.reconciled, true, JSON.stringify(odd));
      assert.deepEqual([...running], ['1']);
    }
  });

  it('leaves the room of one channel before another gets its login', async () => {
    await sync(['1', '2']);
    const order: string[] = [];
    parameters.values.set(LIVE_LIST_PATH, {
      ...liveListOf([]),
      streams: [{ ...chat('2'), channelLogin: 'login1', streamId: 's2', viewerCount: 1, missedSweeps: 0 }],
    });
    const { syncChats } = createChatSyncActivities({
      parameters,
      workflows: {
        start: async () => {},
        cancel: async ({ channelId }) => void order.push(`cancel ${channelId}`),
        rename: async ({ channelId }) => void order.push(`rename ${channelId}`),
        rejoin: async () => {},
        describe: async () => {},
        listRunning: async () => [],
      },
      log: silentLog,
      now: () => nowMs,
    });
    await activityEnvironment().run(syncChats);
    assert.deepEqual(order, ['cancel 1', 'rename 2']);
  });

  it('tells running chats that their stream has another language or category, once', async () => {
    const of = (category: string | undefined, language = 'ko'): LiveList => {
      const list = liveListOf(['1', '2']);
      const [first, ...others] = list.streams;
      assert.ok(first);
      return { ...list, streams: [{ ...first, language, ...(category === undefined ? {} : { category }) }, ...others] };
    };
    await syncWith(of('Chess'));
    assert.deepEqual(descriptions, []);
    await syncWith(of('Music'));
    await syncWith(of('Music'));
    await syncWith(of('Music', 'en'));
    assert.deepEqual(descriptions, ['1: ko, Music', '1: en, Music']);
  });

  describe('with accounts', () => {
    const readBy = (accounts: Record<string, string>): LiveList => {
      const list = liveListOf(Object.keys(accounts));
      return { ...list, streams: list.streams.map((stream) => ({ ...stream, account: accounts[stream.channelId] })) };
    };

    it('makes a chat that another account reads from now on join again, once', async () => {
      await syncWith(readBy({ 1: 'a', 2: 'b' }));
      await syncWith(readBy({ 1: 'a', 2: 'a', 3: 'b' }));
      assert.deepEqual(moves, ['2 to a']);
      await syncWith(readBy({ 1: 'a', 2: 'a', 3: 'b' }));
      assert.deepEqual(moves, ['2 to a']);
    });

    it('finds the change also in the hour in which it asks Temporal for the chats', async () => {
      await syncWith(readBy({ 1: 'a' }));
      nowMs += 3_600_000;
      await syncWith(readBy({ 1: 'b' }));
      assert.deepEqual(moves, ['1 to b']);
    });

    it('leaves a chat alone whose account nobody knows', async () => {
      await sync(['1']);
      await syncWith(readBy({ 1: 'a' }));
      await sync(['1']);
      assert.deepEqual(moves, []);
    });
  });

  it('starts no more chats after one could not be started', async () => {
    const asked: string[] = [];
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    parameters.values.set(LIVE_LIST_PATH, liveListOf(ids));
    const { syncChats } = createChatSyncActivities({
      parameters,
      workflows: {
        start: async ({ channelId }) => {
          asked.push(channelId);
          if (channelId === '3') throw new Error('Temporal is away');
        },
        cancel: async () => {},
        rename: async () => {},
        rejoin: async () => {},
        describe: async () => {},
        listRunning: async () => [],
      },
      log: silentLog,
      now: () => nowMs,
    });
    await assert.rejects(activityEnvironment().run(syncChats), /Temporal is away/);
    // Any further start would have happened by now: nothing here waits for more than a turn of the event loop.
    await new Promise(setImmediate);
    assert.ok(asked.length < 50, `${asked.length} of 100 were started`);
  });

  it('does not replace the note of a newer sync if it timed out and continues late', async () => {
    const newer = Promise.withResolvers<void>();
    parameters.values.set(LIVE_LIST_PATH, liveListOf(['1']));
    const { syncChats } = createChatSyncActivities({
      parameters,
      workflows: {
        start: () => newer.promise,
        cancel: async () => {},
        rename: async () => {},
        rejoin: async () => {},
        describe: async () => {},
        listRunning: async () => [],
      },
      log: silentLog,
      now: () => nowMs,
    });
    const late = activityEnvironment().run(syncChats);
    await waitFor('the note before the start', () => parameters.values.has('streams/chats'));
    running.add('1');
    await sync(['1', '2']);
    const note = parameters.values.get('streams/chats');
    newer.resolve();
    await late;
    assert.deepEqual(parameters.values.get('streams/chats'), note);
    assert.deepEqual([...running].sort(), ['1', '2']);
  });

  it('compares with Temporal after an hour, and starts chats that had stopped', async () => {
    await sync(['1']);
    running.clear();
    await sync(['1']);
    assert.deepEqual([...running], [], 'within the hour it trusts its note');
    nowMs += 3_600_000;
    await sync(['1']);
    assert.deepEqual([...running], ['1']);
  });

  it('starts a chat that is live again after it has left', async () => {
    await sync(['1', '2']);
    await sync(['1']);
    running.add('2');
    assert.equal((await sync(['1', '2'])).started, 0, 'it is still there');
    running.delete('2');
    assert.equal((await sync(['1', '2'])).started, 1);
    assert.deepEqual([...running].sort(), ['1', '2']);
  });

  it('lists the chats from Temporal after a sync that died half-way', async () => {
    await sync(['1']);
    dies = true;
    await assert.rejects(sync(['1', '2', '3']), /died/);
    dies = false;
    const before = lists;
    await sync(['1', '2', '3']);
    assert.equal(lists, before + 1);
    assert.deepEqual([...running].sort(), ['1', '2', '3']);
  });

  it('compares again after a cancel, because a chat that is leaving may hide a start', async () => {
    await sync(['1', '2']);
    await sync(['1']);
    const before = lists;
    assert.equal((await sync(['1', '2'])).reconciled, true);
    assert.equal(lists, before + 1);
  });

  it('sends a chat the new login of its channel once', async () => {
    await sync(['7001']);
    const renamed = liveListOf(['7001']);
    const [stream] = renamed.streams;
    assert.ok(stream);
    stream.channelLogin = 'newname';
    const syncs = [await syncWith(renamed), await syncWith(renamed)];
    assert.deepEqual(renames, [{ channelId: '7001', channelLogin: 'newname' }]);
    assert.deepEqual(
      syncs.map(({ started, cancelled }) => started + cancelled),
      [0, 0],
    );
  });

  it('treats a login that moved to another channel as another chat', async () => {
    await sync(['7001']);
    const list = liveListOf(['7001', '8002']);
    const [first, second] = list.streams;
    assert.ok(first && second);
    Object.assign(first, { channelLogin: 'newname' });
    Object.assign(second, { channelLogin: 'login7001' });
    const synced = await syncWith(list);
    assert.deepEqual([synced.started, synced.cancelled, renames.length], [1, 0, 1]);
    assert.deepEqual([...running].sort(), ['7001', '8002']);
  });

  it('starts hundreds of chats', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    assert.equal((await sync(ids)).started, 100);
  });
});
