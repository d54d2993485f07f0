import assert from 'node:assert/strict';
import { Context } from '@temporalio/activity';
import type { Retained } from '../../workflows/retain-red.ts';
import { TASK_QUEUES } from '../../workflows/task-queues.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

describe('retainRed', () => {
  const rig = workflowRig();
  let calls: string[];

  /** Records the call, with its queue. */
  const called = (name: string): void => void calls.push(`${name} on ${Context.current().info.taskQueue}`);
  const BOTH = [`remove on ${TASK_QUEUES.compact}`, `unite on ${TASK_QUEUES.compact}`];
  const FOUND = `find on ${TASK_QUEUES.refine}`;

  beforeEach(() => {
    calls = [];
    rig.activities = {
      removeOldRed: async () => {
        called('remove');
        return { hours: 2, files: 9, stoppedBy: null };
      },
      uniteOldDays: async () => {
        called('unite');
        return { days: 1, hours: 24 };
      },
      findOldYellow: async () => {
        called('find');
        return { days: [], waiting: null };
      },
    };
  });

  it('removes red, then unites days, both in the slot of compactions, and removes no yellow without need', async () => {
    const result = await (await rig.start<Retained>('retainRed')).result();
    assert.deepEqual(calls, [...BOTH, FOUND]);
    assert.deepEqual(result, {
      hours: 2,
      files: 9,
      stoppedBy: null,
      united: { days: 1, hours: 24 },
      yellow: { days: 0, waiting: null },
    });
  });

  it('removes old yellow in the slot of refinements, and then publishes the reports of its days again', async () => {
    const days = ['2026-08-01', '2026-08-02'];
    rig.activities.findOldYellow = async () => ({ days, waiting: '2026-08-03' });
    rig.activities.removeOldYellow = async (input: { days: string[] }) => {
      called(`remove ${input.days.join()}`);
      return { days: 2 };
    };
    rig.activities.publishDay = async ({ day }: { day: string }) => {
      called(`publish ${day}`);
      return { page: `/${day}/`, messages: 0, channels: 0 };
    };
    const result = await (await rig.start<Retained>('retainRed')).result();
    assert.deepEqual(result.yellow, { days: 2, waiting: '2026-08-03' });
    await waitFor('the reports', async () => calls.length === 5);
    assert.equal(calls[2], `remove ${days.join()} on ${TASK_QUEUES.refine}`);
    assert.deepEqual(
      calls.slice(3).sort(),
      days.map((day) => `publish ${day} on ${TASK_QUEUES.refine}`),
    );
  });

  it('unites days also when red had to stay, and tells at which hour', async () => {
    const stoppedBy = '2026-11-25T11: the hour is not complete in yellow; refine it';
    rig.activities.removeOldRed = async () => ({ hours: 0, files: 0, stoppedBy });
    const result = await (await rig.start<Retained>('retainRed')).result();
    assert.deepEqual(calls, [...BOTH.slice(1), FOUND]);
    assert.equal(result.stoppedBy, stoppedBy);
  });

  it('does not begin to unite days before red is removed', async () => {
    const held = Promise.withResolvers<void>();
    const { removeOldRed } = rig.activities;
    rig.activities.removeOldRed = async () => {
      const removed = await removeOldRed?.();
      await held.promise;
      return removed ?? { hours: 0, files: 0, stoppedBy: null };
    };
    const workflow = await rig.start<Retained>('retainRed');
    await waitFor('the removal', async () => calls.length > 0);
    assert.deepEqual(calls, BOTH.slice(0, 1));
    held.resolve();
    await workflow.result();
    assert.deepEqual(calls, [...BOTH, FOUND]);
  });

  it('can be cancelled', async () => {
    const held = Promise.withResolvers<never>();
    rig.activities.uniteOldDays = () => {
      called('unite');
      return held.promise;
    };
    const workflow = await rig.start<Retained>('retainRed');
    await waitFor('the union', async () => calls.length === 2);
    await workflow.cancel();
    await assert.rejects(workflow.result(), /cancel/i);
    held.reject(new Error('the test is over'));
  });
});
