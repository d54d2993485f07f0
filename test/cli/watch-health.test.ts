import assert from 'node:assert/strict';
import { wordsOf } from '../../cli/watch-health.ts';

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

  it('says nothing before anything is heard', () => {
    assert.deepEqual(wordsOf({ troubles: [], summaries: ['poll: 0 streams are live'] }).lines, []);
  });
});
