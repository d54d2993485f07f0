import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { VideoActivities, VideosFound } from '../activities/videos/index.ts';

const { askForVideos } = proxyActivities<VideoActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  scheduleToCloseTimeout: '20 minutes',
  // Each attempt asks Helix again, which the poll needs too.
  retry: { initialInterval: '30 seconds', maximumInterval: '5 minutes' },
  // The poll goes first.
  priority: { priorityKey: 5 },
  summary: 'ask Helix for recordings, and write them to yellow',
});

/**
 * One round of questions about the recordings of channels. The Schedule `find-videos` starts it every minute; the activity knows which channels
 * are due, so most rounds ask for few. What a failed round did not ask is asked by the next ones.
 */
export async function findVideos(): Promise<VideosFound> {
  const found = await askForVideos();
  setCurrentDetails(
    `${found.asked} channels asked, of which ${found.failed} gave no answer; ${found.videos} recordings, written to ${found.days} days of yellow. ${found.waiting} channels wait.`,
  );
  return found;
}
