import assert from 'node:assert/strict';
import { readClosedHours } from '../../../activities/import/closed-hours.ts';
import { createRetainActivities } from '../../../activities/retain/index.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { fillSmallLake } from '../../integration/small-lake.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

describe('readClosedHours(lake, keptSince)', function () {
  this.timeout(60_000);
  let lake: TestLake;

  beforeEach(async () => {
    lake = await openTestLake('closed-hours');
    await fillSmallLake(lake.deps.hdfs, lake.root, lake.directory);
  });
  afterEach(() => lake.remove());

  const HOURS = ['2026-11-24T10', '2026-11-25T03', '2026-11-25T12', '2026-11-26T00'];
  async function closed(keptSince?: string): Promise<string[]> {
    const hours = await readClosedHours({ hdfs: lake.deps.hdfs, root: lake.root }, keptSince);
    const found: string[] = [];
    for (const hour of HOURS) if (await hours.has(hour)) found.push(hour);
    return found;
  }

  it('closes hours from which retention would remove what people wrote', async () => {
    assert.deepEqual(await closed(), []);
    assert.deepEqual(await closed('2026-11-25T00'), HOURS.slice(0, 1));
  });

  it('closes hours whose red was removed, and all hours of a day on which what people wrote was', async () => {
    const { deps } = lake;
    const retain = createRetainActivities({
      ...deps,
      keepDays: 1,
      yellowKeepDays: 2,
      now: () => Date.parse('2026-11-28T12:30:00Z'),
      log: silentLog,
    });
    const run = <T>(work: () => Promise<T>): Promise<T> => activityEnvironment().run(work);
    await run(() => retain.removeOldRed());
    await run(() => retain.uniteOldDays());
    assert.deepEqual(await closed(), ['2026-11-25T12']);
    await run(() => retain.removeOldYellow({ days: ['2026-11-25'] }));
    assert.deepEqual(await closed(), ['2026-11-25T03', '2026-11-25T12']);
  });
});
