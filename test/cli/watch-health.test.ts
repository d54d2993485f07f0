import assert from 'node:assert/strict';
import { watchHealth, healthLines } from '../../cli/watch-health.ts';
import { memoryParameters } from '../integration/memory-parameters.ts';

describe('healthLines(health)', () => {
  it('has only the problems, marked, if there are any', () => {
    const { lines } = healthLines({
      troubles: ['token: Check the secret.'],
      summaries: ['collector-a: listens to 1 of 1 channel'],
    });
    assert.deepEqual(lines, ['! token: Check the secret.']);
  });

  it('has one state for received chat, although numbers change', () => {
    const first = healthLines({ troubles: [], summaries: ['collector-a: listens to 1 of 2 channels'] });
    const second = healthLines({ troubles: [], summaries: ['collector-a: listens to 2 of 2 channels'] });
    assert.deepEqual([first.lines.length, first.state === second.state], [1, true]);
  });

  it('has one state for a problem, although its numbers change', () => {
    const states = [3, 17].map(
      (count) => healthLines({ troubles: [`collector-a: listens to none of ${count} channels`], summaries: [] }).state,
    );
    assert.equal(states[0], states[1]);
  });

  it('has no lines before chat is received', () => {
    assert.deepEqual(healthLines({ troubles: [], summaries: ['poll: 0 streams are live'] }).lines, []);
  });
});

describe('watchHealth(parameters, progress, signal)', () => {
  it('ends immediately on abort, although the store does not answer', async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<void>();
    const hanging = {
      ...memoryParameters(),
      list: () => (asked.resolve(), new Promise<never>(() => {})),
    };
    const printed: string[] = [];
    const progress = { step: (_name: string, text: string) => void printed.push(text) };
    const watching = watchHealth(hanging, progress, stop.signal);
    await asked.promise;
    stop.abort();
    await watching;
    assert.deepEqual(printed, []);
  });

  it('prints that the store does not answer', async () => {
    const stop = new AbortController();
    const away = { ...memoryParameters(), list: () => Promise.reject(new Error('Is the store running?')) };
    const printed: string[] = [];
    const progress = { step: (_name: string, text: string) => (printed.push(text), stop.abort()) };
    await watchHealth(away, progress, stop.signal);
    assert.deepEqual(printed, ['! store: Is the store running?']);
  });
});
