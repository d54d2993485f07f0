import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import got from 'got';
import type { WithDatabase } from '../../activities/duckdb/database.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import { PublishingDates } from './publishing-dates.ts';
import type { Stage } from './stage.ts';

const PAUSE_MS = 2_000;

/** Keeps reading the open hour of yellow and the published page, while both are being replaced. */
export class Reader {
  /** The number of complete reads. */
  readonly reads = { tables: 0, pages: 0 };
  /** Problems with the content. A server that does not answer is not one. */
  readonly broken: string[] = [];
  readonly #dates = new PublishingDates();
  readonly #stage: Stage;
  readonly #withDatabase: WithDatabase;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(stage: Stage, withDatabase: WithDatabase) {
    this.#stage = stage;
    this.#withDatabase = withDatabase;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#readYellow();
      await this.#readPage();
      await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #readYellow(): Promise<void> {
    const { hdfs, root, directory } = this.#stage;
    const local = join(directory, 'reader');
    await mkdir(local, { recursive: true });
    const file = join(local, 'part.parquet');
    try {
      await hdfs.download(`${root}/yellow/chat/hour=${hourOf(Date.now())}/part.parquet`, file);
    } catch {
      // It does not exist yet, HDFS is away, or it was replaced during the read, which the client detects by its length.
      return;
    }
    try {
      const [rows, ids] = await this.#withDatabase(async (connection) => {
        const read = await connection.runAndReadAll(`SELECT count(*), count(DISTINCT message_id) FROM '${file}'`);
        return read.getRows()[0] ?? [];
      });
      if (rows !== ids) this.broken.push(`${String(rows)} rows of yellow with ${String(ids)} ids`);
      this.reads.tables += 1;
    } catch (error) {
      this.broken.push(`a file of yellow that cannot be read: ${String(error)}`);
    } finally {
      await rm(file, { force: true });
    }
  }

  async #readPage(): Promise<void> {
    const day = dayOf(hourOf(Date.now()));
    const at = `${this.#stage.pipeline.siteUrl}/${day}/`;
    const page = await got(at, { throwHttpErrors: false });
    if (page.statusCode !== 200) return;
    if (!page.body.trimEnd().endsWith('</html>')) this.broken.push('half a page');
    this.reads.pages += 1;
    const report = await got(`${at}report.json`, { throwHttpErrors: false });
    const wrong = report.statusCode === 200 ? this.#dates.take(day, report.body) : undefined;
    if (wrong !== undefined) this.broken.push(wrong);
  }
}
