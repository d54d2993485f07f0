import type { Topics } from '../../activities/kafka/topics.ts';

/** The settings of a loader process, as JSON in its first argument. */
export interface LoaderSettings {
  brokers: string[];
  hdfsUrl: string;
  hdfsUser: string;
  root: string;
  topics: Topics;
  groupId: string;
  /** A local directory that only this process uses. */
  scratchDirectory: string;
  rotateSeconds: number;
}
