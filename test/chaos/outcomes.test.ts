import assert from 'node:assert/strict';
import { NotDone, notDoneIf } from './not-done.ts';
import { Outcomes } from './outcomes.ts';
import type { DoneFault } from './verdict.ts';

const kill: DoneFault = {
  name: 'kill-kafka',
  kind: 'server',
  duties: ['load'],
  beganMs: 1_000,
  recoveryMs: 500,
  recoveredMs: 1_500,
};

describe('Outcomes.take(name, doing)', () => {
  it('keeps faults that happened, and reports a failure for one that could not be done', async () => {
    const outcomes = new Outcomes(() => {});
    await outcomes.take('kill-kafka', Promise.resolve(kill));
    await outcomes.take('disk-full', Promise.reject(new Error('no disk')));
    assert.deepEqual(outcomes.faults, [kill]);
    assert.deepEqual(outcomes.failures, ['disk-full could not be done: Error: no disk']);
  });

  it('reports each fault that did not happen, but only once if it never can', async () => {
    const reported: string[] = [];
    const outcomes = new Outcomes((text) => reported.push(text));
    const gone = new NotDone('no such process at the moment');
    const never = new NotDone('only root can', true);
    await outcomes.take('kill-loader', Promise.resolve(gone));
    await outcomes.take('disk-full', Promise.resolve(never));
    await outcomes.take('disk-read-only', Promise.resolve(never));
    await outcomes.take('kill-loader', Promise.resolve(gone));
    assert.deepEqual(reported, [
      'kill-loader did not happen: no such process at the moment',
      'disk-full did not happen: only root can',
      'kill-loader did not happen: no such process at the moment',
    ]);
    assert.deepEqual([outcomes.faults, outcomes.failures], [[], []]);
  });
});

describe('notDoneIf(isAway, act)', () => {
  const fail = () => Promise.reject(new RangeError('away'));

  it('is not done if the server was away, and rethrows other errors', async () => {
    assert.equal((await notDoneIf((error) => error instanceof RangeError, fail))?.why, 'away');
    await assert.rejects(
      notDoneIf(() => false, fail),
      RangeError,
    );
  });

  it('is undefined if it was done', async () => {
    assert.equal(
      await notDoneIf(
        () => true,
        () => Promise.resolve(),
      ),
      undefined,
    );
  });
});
