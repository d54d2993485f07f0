import type { Topics } from '../../activities/kafka/topics.ts';

/** What a loader process is told, as JSON in its first argument. */
export interface LoaderSettings {
  brokers: string[];
  hdfsUrl: string;
  hdfsUser: string;
  root: string;
  topics: Topics;
  groupId: string;
  /** A local directory of this process alone. */
  scratchDirectory: string;
  rotateSeconds: number;
}
