import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { forgetProgress } from '../../workflows/forget-user.ts';
import type { ForgetProgress } from '../../workflows/forget-user.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workflowRig } from './rig.ts';

describe('forgetUser', () => {
  const rig = workflowRig();
  let calls: string[];

  beforeEach(() => {
    calls = [];
    rig.activities = {
      beginForgetting: async () => {
        calls.push('begin');
        return { days: ['2020-01-01', '2020-01-02'], kafkaUntil: '2020-02-01T00:00:00.000Z' };
      },
      eraseRedDay: async ({ day }) => {
        calls.push(`red ${day}`);
        return { rewritten: 1, lines: 3, newLogins: 0 };
      },
      findYellowHours: async ({ day }) => {
        calls.push(`find ${day}`);
        return day === '2020-01-02' ? ['2020-01-02T03'] : [];
      },
      eraseYellowHour: async ({ hour }) => {
        calls.push(`yellow ${hour}`);
        return 'written';
      },
      dropCopies: async () => void calls.push('drop'),
      publishDay: async ({ day }) => {
        calls.push(`publish ${day}`);
        return { page: '/', messages: 1, channels: 1 };
      },
      waitForSpills: async () => void calls.push('spills'),
      proveDay: async ({ day }) => {
        calls.push(`prove ${day}`);
        return { files: 4, traces: [] };
      },
      findPages: async () => ['2020-01-02/index.html'],
    };
  });

  const forget = () => rig.start<ForgetProgress>('forgetUser', { args: [{ userId: '40004' }] });
  const ROUND = [
    ...['red 2020-01-01', 'red 2020-01-02', 'find 2020-01-01', 'find 2020-01-02', 'yellow 2020-01-02T03'],
    ...['drop', 'publish 2020-01-02', 'spills', 'prove 2020-01-01', 'prove 2020-01-02'],
  ];

  it('enters the user, erases red before yellow, publishes the changed days, and proves it at the end', async () => {
    const result = await (await forget()).result();
    assert.deepEqual(calls, ['begin', ...ROUND]);
    assert.deepEqual(result, {
      step: 'proven',
      day: '',
      days: 2,
      round: 1,
      filesRewritten: 2,
      linesRedacted: 6,
      newLogins: 0,
      hoursWritten: 1,
      changedDays: [],
      filesRead: 8,
      traces: [],
      pages: ['2020-01-02/index.html'],
      spills: [],
      kafkaUntil: '2020-02-01T00:00:00.000Z',
    } satisfies ForgetProgress);
  });

  it('repeats red when a day has shown a login that earlier days may mention', async () => {
    let logins = 1;
    rig.activities.eraseRedDay = async ({ day }) => {
      calls.push(`red ${day}`);
      return { rewritten: 0, lines: 0, newLogins: day === '2020-01-02' ? logins-- : 0 };
    };
    await (await forget()).result();
    assert.deepEqual(calls, ['begin', 'red 2020-01-01', 'red 2020-01-02', ...ROUND]);
  });

  it('repeats all steps while the proof finds something, and gives up with what it has found', async () => {
    let proofs = 0;
    rig.activities.proveDay = async ({ day }) => ({ files: 1, traces: ++proofs === 1 ? [`/file of ${day}`] : [] });
    assert.deepEqual((await (await forget()).result()).round, 2);
    rig.activities.proveDay = async ({ day }) => ({ files: 1, traces: [`/file of ${day}`] });
    const { round, traces } = await (await forget()).result();
    assert.deepEqual({ round, traces }, { round: 5, traces: ['/file of 2020-01-01', '/file of 2020-01-02'] });
  });

  it('waits until collectors have sent the lines that they have on disk, before the proof', async () => {
    let looks = 0;
    rig.activities.waitForSpills = async () => {
      calls.push('spills');
      if (++looks < 3) throw new Error('collector-a: 8 bytes');
    };
    assert.deepEqual((await (await forget()).result()).spills, []);
    assert.deepEqual(calls.slice(-5), ['spills', 'spills', 'spills', 'prove 2020-01-01', 'prove 2020-01-02']);
  });

  it('names collectors that still have lines on disk when it has waited long enough', async () => {
    rig.activities.waitForSpills = async () => {
      throw ApplicationFailure.nonRetryable('as after an hour');
    };
    rig.activities.findSpills = async () => ['collector-a: 8 bytes'];
    const { spills, step } = await (await forget()).result();
    assert.deepEqual({ spills, step }, { spills: ['collector-a: 8 bytes'], step: 'proven' });
  });

  it('shows its progress, and can be cancelled', async () => {
    const held = Promise.withResolvers<never>();
    rig.activities.eraseRedDay = () => held.promise;
    const workflow = await forget();
    await waitFor('the step', async () => (await workflow.query(forgetProgress)).step === 'entered');
    await workflow.cancel();
    await assert.rejects(workflow.result(), /cancel/i);
    held.reject(new Error('the test is over'));
  });

  it('refuses an input that is no number of a user, and does not repeat it', async () => {
    const workflow = await rig.start('forgetUser', { args: [{ userId: 'lark' }] });
    await assert.rejects(workflow.result(), (error: Error) => {
      assert.match(String(error.cause), /Expected the input \{"userId": "40004"\}/);
      assert.ok(!String(error.cause).includes('lark'));
      return true;
    });
  });
});
