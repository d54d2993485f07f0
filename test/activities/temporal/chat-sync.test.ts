import assert from 'node:assert/strict';

import type { Chat } from '../../../activities/temporal/chat-difference.ts';
import { type ChatsSynced, createChatSyncActivities } from '../../../activities/temporal/chat-sync.ts';
import { LIVE_LIST_PATH, type LiveList } from '../../../activities/twitch/live-list.ts';
import { STREAM_POLL_SETTINGS_PATH } from '../../../activities/twitch/stream-poll-settings.ts';
import { silentLog } from '../../../workers/logger.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

const chat = (id: string): Chat => ({ channelId: id, channelLogin: `login${id}` });

function liveListOf(ids: string[]): LiveList {
  const stream = (id: string, index: number) => ({
    ...chat(id),
    streamId: `s${id}`,
    title: '',
    gameName: '',
    viewerCount: 1000 - index,
    language: 'ko',
    startedAt: '2026-11-25T12:00:00Z',
    missedSweeps: 0,
  });
  return { polledAt: '2026-11-25T14:00:00.000Z', streams: ids.map(stream) };
}

describe('createChatSyncActivities(…).syncChats()', () => {
  let running: Set<string>;
  let lists: number;
  let dies: boolean;
  let parameters: ReturnType<typeof memoryParameters>;
  let nowMs: number;

  beforeEach(() => {
    running = new Set();
    lists = 0;
    dies = false;
    nowMs = Date.parse('2026-11-25T14:00:00Z');
    parameters = memoryParameters();
  });

  function sync(live: string[]): Promise<ChatsSynced> {
    parameters.values.set(LIVE_LIST_PATH, liveListOf(live));
    const { syncChats } = createChatSyncActivities({
      parameters,
      workflows: {
        start: async ({ channelId }) => {
          if (dies) throw new Error('died');
          running.add(channelId);
        },
        cancel: async ({ channelId }) => void running.delete(channelId),
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

  it('does nothing the second time', async () => {
    await sync(['1']);
    assert.deepEqual(await sync(['1']), { started: 0, cancelled: 0, running: 1, reconciled: false });
  });

  it('compares with what Temporal runs after an hour, and starts what had stopped', async () => {
    await sync(['1']);
    running.clear();
    await sync(['1']);
    assert.deepEqual([...running], [], 'within the hour it trusts its note');
    nowMs += 3_600_000;
    await sync(['1']);
    assert.deepEqual([...running], ['1']);
  });

  it('starts a chat that is live again while it was leaving, once it has left', async () => {
    await sync(['1', '2']);
    await sync(['1']);
    running.add('2');
    assert.equal((await sync(['1', '2'])).started, 0, 'it is still there');
    running.delete('2');
    assert.equal((await sync(['1', '2'])).started, 1);
    assert.deepEqual([...running].sort(), ['1', '2']);
  });

  it('asks Temporal what came of a sync that died half-way', async () => {
    await sync(['1']);
    dies = true;
    await assert.rejects(sync(['1', '2', '3']), /died/);
    dies = false;
    const before = lists;
    await sync(['1', '2', '3']);
    assert.equal(lists, before + 1);
    assert.deepEqual([...running].sort(), ['1', '2', '3']);
  });

  it('compares again after a cancel, since a chat that is leaving may hide a start', async () => {
    await sync(['1', '2']);
    await sync(['1']);
    const before = lists;
    assert.equal((await sync(['1', '2'])).reconciled, true);
    assert.equal(lists, before + 1);
  });

  it('listens to no more channels than the limit, those with the most viewers', async () => {
    parameters.values.set(STREAM_POLL_SETTINGS_PATH, { limit: 2 });
    await sync(['1', '2', '3']);
    assert.deepEqual([...running].sort(), ['1', '2']);
  });

  it('starts hundreds', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    assert.equal((await sync(ids)).started, 100);
  });
});
