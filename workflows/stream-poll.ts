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
  /** How long the sweep took; null while it runs. */
  seconds: number | null;
  chatsStarted: number;
  chatsCancelled: number;
}

export const pollProgress = defineQuery<StreamPollProgress>('progress');

const { sweepStreams } = proxyActivities<StreamActivities>({
  // A sweep of all of Twitch waits for points of Helix's rate limit once or twice.
  startToCloseTimeout: '20 minutes',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '30 minutes',
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
    seconds: null,
    chatsStarted: 0,
    chatsCancelled: 0,
  };
  setHandler(pollProgress, () => progress, { description: 'How far this sweep is' });

  const sweep = await sweepStreams();
  const { streams, pages, path, seconds } = sweep;
  Object.assign(progress, { step: 'syncingChats', streams, pages, path, seconds });

  const sync = await syncChats();
  Object.assign(progress, { step: 'done', chatsStarted: sync.started, chatsCancelled: sync.cancelled });
  setCurrentDetails(
    [
      `${streams} live streams in ${pages} pages and ${seconds} s (stopped by: ${sweep.stoppedBy}); ${sync.started} chats started, ${sync.cancelled} cancelled.`,
      // Histories of the first release have no such list.
      ...(sweep.leftOut ?? []).map((entry) => `- Helix does not take ${entry}; it is asked for again in a day`),
    ].join('\n'),
  );
  return progress;
}
