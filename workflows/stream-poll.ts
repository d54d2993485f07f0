import { defineQuery, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { ChatSyncActivities } from '../activities/temporal/index.ts';
import type { StreamActivities } from '../activities/twitch/index.ts';

export interface StreamPollProgress {
  step: 'sweeping' | 'syncingChats' | 'done';
  /** Live streams of this poll, after the settings' filters. */
  streams: number;
  pages: number;
  /** Where the poll lies in red; null where nothing was live. */
  path: string | null;
  chatsStarted: number;
  chatsCancelled: number;
}

export const pollProgress = defineQuery<StreamPollProgress>('progress');

const { sweepStreams } = proxyActivities<StreamActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'ask Helix for the live streams, write red, publish the live list',
});

const { syncChats } = proxyActivities<ChatSyncActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '20 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'start and cancel chats by difference',
});

/**
 * One sweep over Helix: what is live goes to red and to the parameter store, and the chats follow by difference.
 * Settings are read anew by each run, so that a changed `config/stream-poll` holds from the next poll on.
 */
export async function streamPoll(): Promise<StreamPollProgress> {
  const progress: StreamPollProgress = {
    step: 'sweeping',
    streams: 0,
    pages: 0,
    path: null,
    chatsStarted: 0,
    chatsCancelled: 0,
  };
  setHandler(pollProgress, () => progress, { description: 'How far this sweep is' });

  const sweep = await sweepStreams();
  Object.assign(progress, { step: 'syncingChats', streams: sweep.streams, pages: sweep.pages, path: sweep.path });

  const sync = await syncChats();
  Object.assign(progress, { step: 'done', chatsStarted: sync.started, chatsCancelled: sync.cancelled });
  setCurrentDetails(
    `${sweep.streams} live streams in ${sweep.pages} pages (stopped by: ${sweep.stoppedBy}); ${sync.started} chats started, ${sync.cancelled} cancelled.`,
  );
  return progress;
}
