import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { createCompactActivities } from '../../../activities/compact/index.ts';
import { createRedActivities } from '../../../activities/red/index.ts';
import { createReportActivities } from '../../../activities/report/index.ts';
import { createRefineActivities } from '../../../activities/yellow/index.ts';
import { readManifest } from '../../../activities/yellow/manifest.ts';
import type { Manifest } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { readFile } from 'node:fs/promises';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { RedTiles, temporaryDirectory } from '../../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs as realHdfs } from '../../integration/servers.ts';
import { createLakeDeps } from '../../integration/test-lake.ts';
import type { LakeDeps } from '../../integration/test-lake.ts';

const HOUR = '2026-11-25T12';
const NOW = Date.parse('2026-11-25T13:05:00Z');

const says = (id: string) => ({
  line: `@id=${id};room-id=1;tmi-sent-ts=${Date.parse('2026-11-25T12:10:00Z')};user-id=9 :lark!l@l PRIVMSG #haneul :${id}`,
  appendedAt: '2026-11-25T12:10:00Z',
});

/** The activities of an hour whose red lacks a file, on real HDFS. */
describe('an hour with a gap on real HDFS', function () {
  this.timeout(120_000);
  let hdfs: Hdfs;
  let scratch: { path: string; remove: () => Promise<void> };
  let lakes = 0;
  before(async function startHdfs() {
    this.timeout(SERVERS_TIMEOUT_MS);
    const { url, user } = await realHdfs();
    hdfs = createHdfs({ urls: [url], user, log: silentLog });
    scratch = await temporaryDirectory('gaps');
  });
  after(() => scratch.remove());

  interface GapLake {
    root: string;
    red: RedTiles;
    deps: LakeDeps;
    wait(untilWhole?: boolean): Promise<unknown>;
    compact(): Promise<unknown>;
    refine(open?: boolean): Promise<Manifest | undefined>;
    page(): Promise<string>;
    file(from: number): string;
  }

  /** A lake with an hour of `count` messages, each in a tile of its own. */
  async function lakeOf(count: number): Promise<GapLake> {
    const name = `gaps-${process.pid}-${(lakes += 1)}`;
    const [root, directory] = [`/${name}`, join(scratch.path, name)];
    const red = new RedTiles(directory, hdfs, root);
    const deps = await createLakeDeps(hdfs, root, red);
    for (let at = 0; at < count; at += 1) await red.add('chat', [says(`m${at}`)]);
    const all = { ...deps, log: silentLog, now: () => NOW };
    const { takeBoundaries, waitForTiles } = createRedActivities({
      ...all,
      hoursWithGaps: 'publish',
      offsetsAt: async (table, ms) => [
        { partition: 0, offset: table === 'chat' && ms > Date.parse(`${HOUR}:00:00Z`) ? BigInt(count) : 0n },
      ],
    });
    const { path: boundariesPath } = await takeBoundaries({ hour: HOUR });
    const { compactHour } = createCompactActivities(all);
    const { refineHour } = createRefineActivities(all);
    const siteDirectory = join(directory, 'site');
    const { publishDay } = createReportActivities({
      ...all,
      siteDirectory,
      readSettings: async () => ({ showChatters: false }),
      readTroubles: async () => [],
    });
    return {
      root,
      red,
      deps,
      wait: (untilWhole = false) => activityEnvironment().run(waitForTiles, { hour: HOUR, boundariesPath, untilWhole }),
      compact: () => activityEnvironment().run(compactHour, { hour: HOUR }),
      async refine(open = false) {
        await activityEnvironment().run(refineHour, { hour: HOUR, boundariesPath: open ? null : boundariesPath });
        return readManifest(hdfs, root, HOUR);
      },
      async page() {
        await activityEnvironment().run(publishDay, { day: '2026-11-25' });
        const page = await readFile(join(siteDirectory, '2026-11-25', 'index.html'), 'utf8');
        return page.replaceAll(/\s+/g, ' ');
      },
      file: (from) => `${root}/red/chat/hour=${HOUR}/p0-${from}-${from + 1}.parquet`,
    };
  }

  it('is published without the missing file, and again with it, with the digest of a red that never lacked it', async () => {
    const whole = await lakeOf(4);
    await whole.compact();
    const expected = await whole.refine();
    assert.deepEqual([expected?.complete, expected?.gaps], [true, []]);

    const { root, wait, refine, compact, page, file } = await lakeOf(4);
    await hdfs.rename(file(1), `${root}/aside`);
    assert.deepEqual(await wait(), { hasGaps: true });
    const without = await refine();
    const gap = { table: 'chat', partition: 0, from: '1', to: '2', reason: 'missing' };
    assert.deepEqual([without?.complete, without?.tables.chat?.rows, without?.gaps], [false, 3, [gap]]);
    assert.match(
      await page(),
      /1 line is not stored\. Its hour begins at <time [^>]*>Nov 25, 12:00:00 UTC<\/time>\..*0 of 1 hours are complete/,
    );
    assert.match(
      await page(),
      /<li><time [^>]*>Nov 25, 12:00:00 UTC<\/time>: 1 of chat \(partition 0, offsets 1 up to 2\)\. Their file is missing\./,
    );
    assert.deepEqual((await refine(true))?.gaps, [gap], 'a refinement that does not know the boundaries keeps the gap');
    await assert.rejects(wait(true), /a file of red was removed: put it back/);

    await hdfs.rename(`${root}/aside`, file(1));
    assert.deepEqual(await wait(true), { hasGaps: false });
    await compact();
    const again = await refine();
    assert.deepEqual([again?.complete, again?.gaps], [true, []]);
    assert.deepEqual(again?.tables, expected?.tables);
    assert.doesNotMatch(await page(), /not stored\./);
    assert.match(await page(), /1 of 1 hours are complete/);
  });

  it('names the gap of an hour of which nothing is left', async () => {
    const { wait, refine, page, red, file } = await lakeOf(1);
    await red.add('chat', [{ ...says('later'), appendedAt: '2026-11-25T14:00:00Z' }]);
    await hdfs.remove(file(0));
    assert.deepEqual(await wait(), { hasGaps: true });
    const manifest = await refine();
    assert.deepEqual([manifest?.complete, manifest?.gaps.length, manifest?.tables.chat?.rows ?? 0], [false, 1, 0]);
    assert.match(await page(), /1 line is not stored\. Its hour begins at <time [^>]*>Nov 25, 12:00:00 UTC</);
  });

  it('is complete, and names the gap, if Kafka had removed the lines before they were loaded', async () => {
    const { root, wait, refine, page, file } = await lakeOf(3);
    await hdfs.remove(file(1));
    const record = `${root}/red/chat/gaps/p0-1-2.json`;
    await hdfs.writeText(record, JSON.stringify({ reason: 'retention' }), { createParent: true });
    assert.deepEqual(await wait(), { hasGaps: false });
    const manifest = await refine();
    assert.equal(manifest?.complete, true);
    assert.deepEqual(manifest?.gaps, [{ table: 'chat', partition: 0, from: '1', to: '2', reason: 'lost' }]);
    assert.match(await page(), /They are lost: Kafka removed them before they were loaded/);
  });

  it('has no gap where the log never had a record', async () => {
    const { root, refine, file } = await lakeOf(3);
    await hdfs.remove(file(1));
    const record = `${root}/red/chat/gaps/p0-1-2.json`;
    await hdfs.writeText(record, JSON.stringify({ reason: 'not in the log' }), { createParent: true });
    const manifest = await refine();
    assert.deepEqual([manifest?.complete, manifest?.gaps], [true, []]);
  });

  it('stays as it is if yellow had the lines already', async () => {
    const { wait, refine, file } = await lakeOf(3);
    const before = await refine(true);
    await hdfs.remove(file(1));
    assert.deepEqual(await wait(), { hasGaps: true });
    assert.deepEqual(await refine(), before);
    assert.equal(before?.tables.chat?.rows, 3);
  });
});
