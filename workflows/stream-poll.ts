import { defineQuery, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { ChatSyncActivities } from '../activities/temporal/index.ts';
import type { StreamActivities } from '../activities/twitch/index.ts';

export interface StreamPollProgress {
  step: 'sweeping' | 'syncingChats' | 'done';
  /** Number of live streams that match the settings. */
  streams: number;
  pages: number;
  /** The file of the poll in red; null if nothing was live. */
  path: string | null;
  /** Duration of the sweep; null while it runs. */
  seconds: number | null;
  chatsStarted: number;
  chatsCancelled: number;
}

export const pollProgress = defineQuery<StreamPollProgress>('progress');

const { sweepStreams } = proxyActivities<StreamActivities>({
  // A sweep of all of Twitch waits for Helix's rate limit once or twice.
  startToCloseTimeout: '20 minutes',
  heartbeatTimeout: '1 minute',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'read the live streams from Helix, write them to red, publish the live list',
});

const { syncChats } = proxyActivities<ChatSyncActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '20 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
  summary: 'start and cancel chats',
});

/**
 * One sweep over Helix: writes the live streams to red and to the parameter store, then starts and cancels chats to match. Each run reads
 * `config/stream-poll`, so changes take effect at the next poll.
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
  setHandler(pollProgress, () => progress, { description: 'The progress of this sweep' });

  const sweep = await sweepStreams();
  const { streams, pages, path, seconds } = sweep;
  Object.assign(progress, { step: 'syncingChats', streams, pages, path, seconds });

  const sync = await syncChats();
  Object.assign(progress, { step: 'done', chatsStarted: sync.started, chatsCancelled: sync.cancelled });
  setCurrentDetails(
    [
      `${streams} live streams in ${pages} pages and ${seconds} s (stopped by: ${sweep.stoppedBy}); ${sync.started} chats started, ${sync.cancelled} cancelled.`,
      // Histories of 0.1.0 have no such lists.
      ...(sweep.notes ?? []).map((note) => `- ${note}`),
      ...(sweep.leftOut ?? []).map((entry) => `- Helix rejects ${entry}; it is left out for a day`),
    ].join('\n'),
  );
  return progress;
}
