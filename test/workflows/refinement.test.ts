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

  it('hourlyRefinement: boundaries, tiles, yellow, report, in this order', async () => {
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
      `refineHour ${hour} /boundaries/${hour}`,
      'publishDay 2020-01-01',
    ]);
  });

  it('hourlyRefinement: publishes again after a report that was under way', async () => {
    const publishDay = rig.activities.publishDay;
    let release = (): void => {};
    rig.activities.publishDay = async (input) => {
      rig.activities.publishDay = publishDay ?? assert.fail();
      await new Promise<void>((resolve) => (release = resolve));
      return { page: `/${input.day}/`, messages: 0, channels: 0 };
    };
    const report = await rig.start('publishReport', {
      args: [{ day: '2020-01-02' }],
      workflowId: reportId('2020-01-02'),
    });
    const workflow = await rig.start<RefinementProgress>('hourlyRefinement', { args: [{ hour: '2020-01-02T05' }] });
    await waitFor('yellow', () => calls.some((call) => call.startsWith('refineHour')));
    release();
    await report.result();
    assert.equal((await workflow.result()).step, 'reportsPublished');
    assert.deepEqual(
      calls.filter((call) => call.startsWith('publishDay')),
      ['publishDay 2020-01-02'],
    );
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
    let release = (): void => {};
    rig.activities.waitForTiles = () => new Promise<void>((resolve) => (release = resolve));
    const ended = addHours(hourOf(Date.now()), -1);
    const running = await rig.start('hourlyRefinement', { args: [{ hour: ended }], workflowId: refinementId(ended) });
    await waitFor('the refinement', () => calls.includes(`takeBoundaries ${ended}`));
    const workflow = await rig.start<{ hour: string }>('refineEndedHour');
    const { hour: found } = await workflow.result();
    release();
    await running.result();
    assert.ok(found >= ended);
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
