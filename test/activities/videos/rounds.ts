import { join } from 'node:path';
import type { WithDatabase } from '../../../activities/duckdb/database.ts';
import { literal } from '../../../activities/duckdb/literal.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { LIVE_LIST_PATH } from '../../../activities/twitch/live-list.ts';
import type { Video, VideosPage } from '../../../activities/twitch/video.external.ts';
import { createVideoActivities } from '../../../activities/videos/index.ts';
import type { VideosFound } from '../../../activities/videos/index.ts';
import { videosPath } from '../../../activities/yellow/videos.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

export const MINUTE = 60_000;

/** Rounds against a Helix whose answers the test sets. */
export class Rounds {
  readonly parameters = memoryParameters();
  nowMs = Date.parse('2026-11-25T18:00:00Z');
  /** The answers of Helix by channel. A channel without one has no recordings. */
  answers = new Map<string, Video[] | Error>();
  /** The channels that were asked for. */
  asked: string[] = [];
  log = silentLog;
  hdfs: Hdfs;
  readonly root: string;
  readonly #local: { withDatabase: WithDatabase; scratchDirectory: string };

  constructor(hdfs: Hdfs, root: string, local: { withDatabase: WithDatabase; scratchDirectory: string }) {
    this.hdfs = hdfs;
    this.root = root;
    this.#local = local;
  }

  live(...channelIds: string[]): void {
    const streams = channelIds.map((channelId) => ({
      streamId: '41',
      channelId,
      channelLogin: 'haneul',
      viewerCount: 1,
      missedSweeps: 0,
    }));
    this.parameters.values.set(LIVE_LIST_PATH, { polledAt: new Date(this.nowMs).toISOString(), streams, left: [] });
  }

  async getVideos(channelId: string): Promise<VideosPage> {
    this.asked.push(channelId);
    const answer = this.answers.get(channelId) ?? [];
    if (answer instanceof Error) throw answer;
    return { videos: answer, unusable: 0 };
  }

  play(hdfs: Hdfs = this.hdfs): Promise<VideosFound> {
    const { askForVideos } = createVideoActivities({
      ...this.#local,
      hdfs,
      root: this.root,
      helix: this,
      parameters: this.parameters,
      log: this.log,
      now: () => this.nowMs,
    });
    return activityEnvironment().run(askForVideos);
  }

  /** The rows of a day, or those columns; undefined if it has no file. */
  async rows(
    day: string,
    columns = 'video_id, stream_id, duration_seconds::VARCHAR, title',
  ): Promise<unknown[][] | undefined> {
    const path = videosPath(this.root, day);
    if ((await this.hdfs.status(path)) === undefined) return undefined;
    const local = join(this.#local.scratchDirectory, `${crypto.randomUUID()}.parquet`);
    await this.hdfs.download(path, local);
    return this.#local.withDatabase(async (connection) => {
      const sql = `SELECT ${columns} FROM read_parquet(${literal(local)}, hive_partitioning = false) ORDER BY video_id`;
      return (await connection.runAndReadAll(sql)).getRowsJson();
    });
  }
}
