import assert from 'node:assert/strict';
import { watchHealth, wordsOf } from '../../cli/watch-health.ts';
import { memoryParameters } from '../integration/memory-parameters.ts';

describe('wordsOf(health)', () => {
  it('says trouble alone, marked, with what helps', () => {
    const { lines } = wordsOf({
      troubles: ['token: Check the secret.'],
      summaries: ['collector-a: listens to 1 of 1 channel'],
    });
    assert.deepEqual(lines, ['! token: Check the secret.']);
  });

  it('says that chat is heard once, though figures change', () => {
    const first = wordsOf({ troubles: [], summaries: ['collector-a: listens to 1 of 2 channels'] });
    const second = wordsOf({ troubles: [], summaries: ['collector-a: listens to 2 of 2 channels'] });
    assert.deepEqual([first.lines.length, first.state === second.state], [1, true]);
  });

  it('says trouble once, though its figures change', () => {
    const states = [3, 17].map(
      (count) => wordsOf({ troubles: [`collector-a: listens to none of ${count} channels`], summaries: [] }).state,
    );
    assert.equal(states[0], states[1]);
  });

  it('says nothing before anything is heard', () => {
    assert.deepEqual(wordsOf({ troubles: [], summaries: ['poll: 0 streams are live'] }).lines, []);
  });
});

describe('watchHealth(parameters, progress, signal)', () => {
  it('ends at once when it is told to, though the store does not answer', async () => {
    const stop = new AbortController();
    const asked = Promise.withResolvers<void>();
    const hanging = {
      ...memoryParameters(),
      list: () => (asked.resolve(), new Promise<never>(() => {})),
    };
    const said: string[] = [];
    const progress = { step: (_name: string, text: string) => void said.push(text) };
    const watching = watchHealth(hanging, progress, stop.signal);
    await asked.promise;
    stop.abort();
    await watching;
    assert.deepEqual(said, []);
  });

  it('says that the store is away, and what helps', async () => {
    const stop = new AbortController();
    const away = { ...memoryParameters(), list: () => Promise.reject(new Error('Is the store running?')) };
    const said: string[] = [];
    const progress = { step: (_name: string, text: string) => (said.push(text), stop.abort()) };
    await watchHealth(away, progress, stop.signal);
    assert.deepEqual(said, ['! store: Is the store running?']);
  });
});
