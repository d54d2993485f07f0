import assert from 'node:assert/strict';
import { createRefineActivities } from '../../../activities/yellow/index.ts';
import type { Refined } from '../../../activities/yellow/metrics.ts';
import { manifestPath } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

const HOUR = '2026-11-25T12';

describe('createRefineActivities(…).refineHour({ hour, boundariesPath })', () => {
  let lake: TestLake;

  beforeEach(async () => {
    lake = await openTestLake('refine');
    await lake.red.add('chat', [{ line: 'PRIVMSG #haneul :a', appendedAt: '2026-11-25T12:10:00Z' }]);
  });

  afterEach(() => lake.remove());

  const refine = (environment = activityEnvironment()): Promise<unknown> =>
    environment.run(createRefineActivities({ ...lake.deps, log: silentLog }).refineHour, {
      hour: HOUR,
      boundariesPath: null,
    });

  it('returns the written hours and their days, and always the day of the hour', async () => {
    assert.deepEqual(await refine(), { hour: HOUR, lines: 1, hours: [HOUR], days: ['2026-11-25'] });
    assert.deepEqual(await refine(), { hour: HOUR, lines: 1, hours: [], days: ['2026-11-25'] });
  });

  it('returns the day of an old hour with a damaged manifest, so that its report shows it', async () => {
    const late = {
      line: `@tmi-sent-ts=${Date.parse('2026-11-24T07:00:00Z')} PRIVMSG #haneul :late`,
      appendedAt: '2026-11-25T12:11:00Z',
    };
    await lake.red.add('chat', [late]);
    const { hdfs, root } = lake.deps;
    await hdfs.writeText(manifestPath(root, '2026-11-24T07'), '{', { createParent: true });
    assert.deepEqual(await refine(), { hour: HOUR, lines: 2, hours: [HOUR], days: ['2026-11-24', '2026-11-25'] });
  });

  it('tells when it started and whether the hour is complete, and nothing if it failed', async () => {
    const told: Refined[] = [];
    const now = () => Date.parse('2026-11-25T12:20:00Z');
    const tell = (refined: Refined) => void told.push(refined);
    const { refineHour } = createRefineActivities({ ...lake.deps, now, onRefined: tell, log: silentLog });
    await activityEnvironment().run(refineHour, { hour: HOUR, boundariesPath: null });
    await assert.rejects(activityEnvironment().run(refineHour, { hour: HOUR, boundariesPath: `${lake.root}/none` }));
    assert.deepEqual(told, [{ hour: HOUR, startedAtMs: now(), isComplete: false }]);
  });

  it('does nothing when it was cancelled', async () => {
    const environment = activityEnvironment();
    environment.cancel();
    await assert.rejects(refine(environment), /CANCELLED/);
    assert.deepEqual(await lake.deps.hdfs.list(`${lake.root}/yellow`), []);
  });
});
