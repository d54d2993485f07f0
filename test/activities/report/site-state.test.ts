import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../activities/report/rollup-store.ts';
import { openSite } from '../../../activities/report/site.ts';
import type { Publication } from '../../../activities/report/site.ts';
import { noteSitePublished, pagesDueSince } from '../../../activities/report/site-state.ts';
import { silentLog } from '../../../common/log.ts';
import { openTestLake } from '../../integration/test-lake.ts';

const BEGAN = Date.parse('2026-11-25T12:00:00Z');
const TOOK_MS = 2_000;

describe('pagesDueSince(publication)', () => {
  async function withSite(
    work: (at: (seconds: number) => Publication, directory: string) => Promise<void>,
  ): Promise<void> {
    const { deps, directory, root, remove } = await openTestLake('site-state');
    try {
      await deps.withDatabase(async (connection) => {
        await openStore(connection, deps.rollupsFile, silentLog);
        const site = await openSite(join(directory, 'site'), undefined);
        const { signal } = new AbortController();
        const shared = { connection, site, lake: { hdfs: deps.hdfs, root }, scratchDirectory: directory, signal };
        const at = (seconds: number): Publication => ({ ...shared, publishedAt: new Date(BEGAN + seconds * 1_000) });
        await work(at, site.directory);
      });
    } finally {
      await remove();
    }
  }

  it('is the beginning of time for a new site, and for one that somebody has removed', () =>
    withSite(async (at, directory) => {
      assert.deepEqual(await pagesDueSince(at(0)), new Date(0));
      await noteSitePublished(at(0), TOOK_MS);
      await rm(directory, { recursive: true });
      assert.deepEqual(await pagesDueSince(at(1)), new Date(0));
    }));

  it('is undefined until nine tenths of the time have gone into other things', () =>
    withSite(async (at) => {
      await noteSitePublished(at(0), TOOK_MS);
      assert.equal(await pagesDueSince(at(19)), undefined);
      assert.deepEqual(await pagesDueSince(at(20)), new Date(BEGAN));
    }));

  it('is the beginning of time once pages may name people, or may not any more', () =>
    withSite(async (at) => {
      await noteSitePublished(at(0), TOOK_MS);
      assert.deepEqual(await pagesDueSince({ ...at(1), showChatters: true }), new Date(0));
    }));
});
