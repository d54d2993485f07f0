import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReportActivities } from '../../../activities/report/index.ts';
import { uniteDays } from '../../../activities/retain/unite-day.ts';
import { findFiles, readingHours } from '../../../activities/yellow/find-files.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { fillSmallLake, SMALL_LAKE_HOURS } from '../../integration/small-lake.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

describe('readingHours(deps, hours, work) and findFiles(deps, table, hours, days)', function () {
  this.timeout(120_000);
  let lake: TestLake;

  beforeEach(async () => {
    lake = await openTestLake('find-files');
    await fillSmallLake(lake.deps.hdfs, lake.root, lake.directory);
    await lake.deps.hdfs.remove(`${lake.root}/red`, { recursive: true });
  });
  afterEach(() => lake.remove());

  const unite = (hdfs = lake.deps.hdfs) =>
    uniteDays({ ...lake.deps, hdfs, log: silentLog }, '2026-11-26', new AbortController().signal);
  const namesOf = (paths: { file: { path: string } }[]) =>
    paths.map(({ file }) => file.path.split('/').slice(-2).join('/').replace(/-[0-9a-f-]{36}/, '-#')); // prettier-ignore
  const BEFORE = SMALL_LAKE_HOURS.map((hour) => `hour=${hour}/part.parquet`);
  const AFTER = ['hour=2026-11-25/part-#.parquet', 'hour=2026-11-26T00/part.parquet'];

  it('finds the files of the hours, or that of their day', async () => {
    const find = () =>
      readingHours(lake.deps, SMALL_LAKE_HOURS, (days) => findFiles(lake.deps, 'chat', SMALL_LAKE_HOURS, days));
    assert.deepEqual(namesOf(await find()), BEFORE);
    await unite();
    assert.deepEqual(namesOf(await find()), AFTER);
  });

  it('runs the work again if a day is united meanwhile', async () => {
    let runs = 0;
    const found = await readingHours(lake.deps, SMALL_LAKE_HOURS, async (days) => {
      const files = await findFiles(lake.deps, 'chat', SMALL_LAKE_HOURS, days);
      if (++runs === 1) await unite();
      return files;
    });
    assert.deepEqual([runs, namesOf(found)], [2, AFTER]);
  });

  it('sees each row once after a union that died at any step', async () => {
    const rows = () =>
      readingHours(lake.deps, SMALL_LAKE_HOURS, async (days) => {
        let count = 0;
        for (const { file, hours, day } of await findFiles(lake.deps, 'chat', SMALL_LAKE_HOURS, days)) {
          const local = join(lake.directory, file.path);
          if (day !== undefined) for (const it of day.hours) count += hours.includes(it.hour) ? (it.rows.chat ?? 0) : 0;
          else count += (await lake.deps.dayTables.measure('chat', [local])).get(hours[0] ?? '')?.rows ?? 0;
        }
        return count;
      });
    assert.equal(await rows(), 9);
    for (let step = 3; ; step += 7) {
      const dying = new InterruptedHdfs(lake.deps.hdfs, step, 'dieAfter');
      await unite(dying.hdfs).catch(() => {});
      assert.equal(await rows(), 9, `after step ${step}`);
      if (!dying.isDead) break;
    }
  });

  it('lets a report be the same before and after', async () => {
    const siteDirectory = join(lake.directory, 'site');
    const publish = async (day: string): Promise<string> => {
      const now = (): number => Date.parse('2026-12-10T00:00:00Z');
      const { publishDay } = createReportActivities({
        ...lake.deps,
        siteDirectory,
        readSettings: async () => ({ showChatters: false }),
        readTroubles: async () => [],
        now,
        log: silentLog,
      });
      await activityEnvironment().run(publishDay, { day });
      return readFile(join(siteDirectory, day, 'index.html'), 'utf8');
    };
    const before = [await publish('2026-11-25'), await publish('2026-11-26')];
    await unite();
    assert.deepEqual([await publish('2026-11-25'), await publish('2026-11-26')], before);
  });
});
