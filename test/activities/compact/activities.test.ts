import assert from 'node:assert/strict';
import { createCompactActivities } from '../../../activities/compact/index.ts';
import { createRedActivities } from '../../../activities/red/index.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

const HOUR = '2026-11-25T12';

describe('createCompactActivities(…).compactHour({ hour })', () => {
  let lake: TestLake;

  beforeEach(async () => {
    lake = await openTestLake('compact');
    for (const text of ['a', 'b', 'c'])
      await lake.red.add('chat', [{ line: `PRIVMSG #haneul :${text}`, appendedAt: '2026-11-25T12:10:00Z' }]);
  });

  afterEach(() => lake.remove());

  const deps = () => ({ ...lake.deps, root: lake.root, log: silentLog });

  it('unites the tiles of the hour once, and they still cover it', async () => {
    const { compactHour } = createCompactActivities(deps());
    const compact = (): Promise<unknown> => activityEnvironment().run(compactHour, { hour: HOUR });
    assert.deepEqual(await compact(), { tilesBefore: 3, tilesAfter: 1 });
    assert.deepEqual(await compact(), { tilesBefore: 1, tilesAfter: 1 });

    const { takeBoundaries, waitForTiles } = createRedActivities({
      ...deps(),
      hoursWithGaps: 'wait',
      now: () => Date.parse('2026-11-25T13:05:00Z'),
      offsetsAt: async (table, ms) => [
        { partition: 0, offset: table === 'chat' && ms > Date.parse('2026-11-25T12:00:00Z') ? 3n : 0n },
      ],
    });
    const { path } = await takeBoundaries({ hour: HOUR });
    await activityEnvironment().run(waitForTiles, { hour: HOUR, boundariesPath: path });
  });

  it('changes nothing when it was cancelled', async () => {
    const environment = activityEnvironment();
    environment.cancel();
    await assert.rejects(environment.run(createCompactActivities(deps()).compactHour, { hour: HOUR }), /CANCELLED/);
    assert.equal((await lake.deps.hdfs.list(`${lake.root}/red/chat/hour=${HOUR}`)).length, 3);
  });
});
