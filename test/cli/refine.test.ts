import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { refineHours } from '../../cli/refine-hours.ts';
import { hoursBetween } from '../../cli/refine.ts';
import { ConfigError } from '../../workers/config.ts';
import { addHours } from '../../workflows/hour.ts';
import { chatlake } from '../demo/command.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from '../workflows/rig.ts';

describe('hoursBetween(first, last, nowMs)', () => {
  const now = Date.parse('2026-11-25T14:00:59Z');

  it('has both ends', () => {
    assert.deepEqual(hoursBetween('2026-11-24T23', '2026-11-25T01', now), [
      '2026-11-24T23',
      '2026-11-25T00',
      '2026-11-25T01',
    ]);
    assert.equal(hoursBetween('2026-11-25T12', '2026-11-25T12', now).length, 1);
  });

  it('refuses an hour that has not ended a minute ago, and names the newest that has', () => {
    assert.throws(
      () => hoursBetween('2026-11-25T12', '2026-11-25T13', now),
      (error) => error instanceof ConfigError && error.message.includes('The newest such hour is 2026-11-25T12'),
    );
    assert.equal(hoursBetween('2026-11-25T13', '2026-11-25T13', now + 1_000).length, 1);
  });
});

describe('refineHours(client, hours, { refining, signal })', function () {
  this.timeout(60_000);
  const rig = workflowRig();
  const HOURS = Array.from({ length: 12 }, (_, index) => addHours('2026-11-25T00', index));
  const failing = '2026-11-25T07';

  beforeEach(() => {
    Object.assign(rig.activities, {
      takeBoundaries: () => Promise.resolve({ path: '/b' }),
      waitForTiles: () => Promise.resolve({ hasGaps: false }),
      compactHour: () => Promise.resolve({ tilesBefore: 1, tilesAfter: 1 }),
      refineHour: ({ hour }: { hour: string }) =>
        hour === failing
          ? Promise.reject(ApplicationFailure.nonRetryable('Expected a manifest, found none.'))
          : Promise.resolve({ hour, lines: 10, hours: [hour], days: [] }),
      publishGaps: () => Promise.resolve({ days: [], gaps: 0 }),
    });
  });

  it('refines a few hours at a time, and names those that failed', async () => {
    let most = 0;
    const refined = await refineHours(rig.client, HOURS, {
      refining: (_, underWay) => (most = Math.max(most, underWay.size)),
      signal: new AbortController().signal,
    });
    assert.deepEqual(refined, {
      hours: 11,
      lines: 110,
      written: 11,
      failed: [{ hour: failing, reason: 'Expected a manifest, found none.' }],
    });
    assert.equal(most, 4);
  });

  it('shows the last finished step of an hour that waits, and starts no more hours after an interruption', async () => {
    const opened = Promise.withResolvers<{ hasGaps: boolean }>();
    const asked: string[] = [];
    rig.activities.waitForTiles = ({ hour }) => {
      asked.push(hour);
      return opened.promise;
    };
    const controller = new AbortController();
    const steps = new Set<string>();
    const hours = HOURS.map((hour) => hour.replace('11-25', '11-26'));
    const refining = refineHours(rig.client, hours, {
      refining: (_, underWay) => underWay.forEach((step, hour) => steps.add(`${hour} ${step}`)),
      signal: controller.signal,
    });
    await waitFor('four hours under way', () => steps.has('2026-11-26T00 boundariesTaken') && asked.length === 4);
    controller.abort(new Error('interrupted'));
    await assert.rejects(refining, /interrupted/);
    opened.resolve({ hasGaps: false });
    const handles = hours.slice(0, 4).map((hour) => rig.client.workflow.getHandle(`refine-${hour}`));
    await Promise.all(handles.map((handle) => handle.result()));
    assert.deepEqual(asked.sort(), hours.slice(0, 4));
  });
});

describe('chatlake refine', () => {
  for (const [args, code, complaint] of [
    [[], 78, /^Expected --from and --to/],
    [
      ['--from', '2026-11-25', '--to', '2999-01-01'],
      78,
      /^Expected hours that ended at least a minute ago, got 2999-01-01T23/,
    ],
    [['--from', '2026-11-25', '--to', '2026-11-25'], 69, /^Expected Temporal at 127\.0\.0\.1:9 to answer/],
  ] as const)
    it(`refuses ${args.join(' ') || 'no hours'}`, async () => {
      const command = chatlake(['refine', ...args], { TEMPORAL_ADDRESS: '127.0.0.1:9' });
      assert.equal(await command.exited(), code);
      assert.match(command.stderr(), complaint);
      assert.equal(command.stdout(), '');
    }).timeout(30_000);
});
