import assert from 'node:assert/strict';
import { WorkflowFailedError } from '@temporalio/client';
import { addHours, dayOf, hourOf } from '../../workflows/hour.ts';
import type { RefinementProgress } from '../../workflows/hourly-refinement.ts';
import { refinementId, reportId } from '../../workflows/ids.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

const hour = '2020-01-01T05';

describe('refinement workflows', () => {
  const rig = workflowRig();
  let calls: string[];

  beforeEach(() => {
    calls = [];
    rig.activities = {
      takeBoundaries: async (input) => {
        calls.push(`takeBoundaries ${input.hour}`);
        return { path: `/boundaries/${input.hour}` };
      },
      waitForTiles: async ({ boundariesPath }) => void calls.push(`waitForTiles ${boundariesPath}`),
      compactHour: async (input) => {
        calls.push(`compactHour ${input.hour}`);
        return { tilesBefore: 5, tilesAfter: 2 };
      },
      refineHour: async (input) => {
        calls.push(`refineHour ${input.hour} ${input.boundariesPath}`);
        return { hour: input.hour, lines: 3, hours: [input.hour], days: [dayOf(input.hour)] };
      },
      publishDay: async ({ day }) => {
        calls.push(`publishDay ${day}`);
        return { page: `/${day}/`, messages: 3, channels: 1 };
      },
    };
  });

  const published = (): string[] => calls.filter((call) => call.startsWith('publishDay'));

  it('hourlyRefinement: boundaries, tiles, their union, yellow, report, in this order', async () => {
    const workflow = await rig.start<RefinementProgress>('hourlyRefinement', {
      args: [{ hour }],
      workflowId: refinementId(hour),
    });
    assert.deepEqual(await workflow.result(), {
      hour,
      step: 'reportsPublished',
      lines: 3,
      hours: [hour],
      days: ['2020-01-01'],
    });
    assert.deepEqual(calls, [
      `takeBoundaries ${hour}`,
      `waitForTiles /boundaries/${hour}`,
      `compactHour ${hour}`,
      `refineHour ${hour} /boundaries/${hour}`,
      'publishDay 2020-01-01',
    ]);
  });

  it('hourlyRefinement: publishes again after a report that was under way', async () => {
    const publishDay = rig.activities.publishDay;
    const report = gate();
    rig.activities.publishDay = async (input) => {
      rig.activities.publishDay = publishDay ?? assert.fail();
      await report.pass();
      return { page: `/${input.day}/`, messages: 0, channels: 0 };
    };
    try {
      const underWay = await rig.start('publishReport', {
        args: [{ day: '2020-01-02' }],
        workflowId: reportId('2020-01-02'),
      });
      await report.begun;
      const workflow = await rig.start<RefinementProgress>('hourlyRefinement', { args: [{ hour: '2020-01-02T05' }] });
      await waitFor('the refinement to find a report under way', async () => {
        const { events } = await workflow.fetchHistory();
        return events?.some((event) => event.startChildWorkflowExecutionFailedEventAttributes);
      });
      assert.deepEqual(published(), []);
      report.open();
      await underWay.result();
      assert.equal((await workflow.result()).step, 'reportsPublished');
      assert.deepEqual(published(), ['publishDay 2020-01-02']);
    } finally {
      report.open();
    }
  });

  it('refineEndedHour: refines the hour before its start, under that hour’s id', async () => {
    const before = hourOf(Date.now());
    const workflow = await rig.start<{ hour: string }>('refineEndedHour');
    const { hour: refined } = await workflow.result();
    assert.ok([addHours(before, -1), before].includes(refined));
    assert.ok(calls.includes(`takeBoundaries ${refined}`));
    assert.equal((await rig.client.workflow.getHandle(refinementId(refined)).describe()).status.name, 'COMPLETED');
  });

  it('refineEndedHour: is content when the hour is being refined already', async () => {
    const ended = addHours(hourOf(Date.now()), -1);
    // The hour may end before the workflow starts: then the next one is the hour that it finds.
    const gates = new Map([ended, addHours(ended, 1)].map((each) => [each, gate()]));
    rig.activities.waitForTiles = async (input) => gates.get(input.hour)?.pass();
    try {
      const running = await Promise.all(
        [...gates.keys()].map((each) =>
          rig.start('hourlyRefinement', { args: [{ hour: each }], workflowId: refinementId(each) }),
        ),
      );
      await Promise.all([...gates.values()].map(({ begun }) => begun));
      const workflow = await rig.start<{ hour: string }>('refineEndedHour');
      const { hour: found } = await workflow.result();
      assert.ok(gates.has(found), found);
      for (const { open } of gates.values()) open();
      await Promise.all(running.map((it) => it.result()));
      assert.deepEqual(
        calls.filter((call) => call.startsWith('takeBoundaries')).sort(),
        [...gates.keys()].map((each) => `takeBoundaries ${each}`),
      );
    } finally {
      for (const { open } of gates.values()) open();
    }
  });

  it('refineOpenHour: refines the hour it was started in, without boundaries', async () => {
    const workflow = await rig.start<{ hour: string }>('refineOpenHour');
    const { hour: open } = await workflow.result();
    assert.deepEqual(calls, [`refineHour ${open} null`, `publishDay ${dayOf(open)}`]);
  });

  for (const [type, input, remedy] of [
    ['hourlyRefinement', { hour: 'noon' }, /Expected the input \{"hour": "2026-11-25T14"\}/],
    ['hourlyRefinement', undefined, /Expected the input/],
    ['refineOpenHour', { hour: '2026-11-31T00' }, /Expected the input/],
    ['publishReport', { day: 'today' }, /Expected the input \{"day": "2026-11-25"\}/],
  ] as const) {
    it(`${type}: refuses the input ${JSON.stringify(input)} at once, with the remedy`, async () => {
      const workflow = await rig.start(type, { args: input === undefined ? [] : [input] });
      await assert.rejects(
        workflow.result(),
        (error) => error instanceof WorkflowFailedError && remedy.test(error.cause?.message ?? ''),
      );
    });
  }
});

/** For an activity that shall be under way for as long as a test wants: it `pass`es once the test `open`s. */
function gate(): { begun: Promise<void>; open: () => void; pass: () => Promise<void> } {
  const begun = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    begun: begun.promise,
    open: opened.resolve,
    pass() {
      begun.resolve();
      return opened.promise;
    },
  };
}
