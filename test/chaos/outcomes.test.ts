import assert from 'node:assert/strict';
import { NotDone, unless } from './not-done.ts';
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
  it('keeps what happened, and makes a failing of what could not be done', async () => {
    const outcomes = new Outcomes(() => {});
    await outcomes.take('kill-kafka', Promise.resolve(kill));
    await outcomes.take('disk-full', Promise.reject(new Error('no disk')));
    assert.deepEqual(outcomes.faults, [kill]);
    assert.deepEqual(outcomes.failings, ['disk-full could not be done: Error: no disk']);
  });

  it('says each time what did not happen, and once what never can', async () => {
    const told: string[] = [];
    const outcomes = new Outcomes((text) => told.push(text));
    const gone = new NotDone('no such process at the moment');
    const never = new NotDone('only root can', true);
    await outcomes.take('kill-loader', Promise.resolve(gone));
    await outcomes.take('disk-full', Promise.resolve(never));
    await outcomes.take('disk-read-only', Promise.resolve(never));
    await outcomes.take('kill-loader', Promise.resolve(gone));
    assert.deepEqual(told, [
      'kill-loader did not happen: no such process at the moment',
      'disk-full did not happen: only root can',
      'kill-loader did not happen: no such process at the moment',
    ]);
    assert.deepEqual([outcomes.faults, outcomes.failings], [[], []]);
  });
});

describe('unless(isAway, act)', () => {
  const fail = () => Promise.reject(new RangeError('away'));

  it('is not done where others were away, and throws what else went wrong', async () => {
    assert.equal((await unless((error) => error instanceof RangeError, fail))?.why, 'away');
    await assert.rejects(
      unless(() => false, fail),
      RangeError,
    );
  });

  it('is undefined where it was done', async () => {
    assert.equal(
      await unless(
        () => true,
        () => Promise.resolve(),
      ),
      undefined,
    );
  });
});
