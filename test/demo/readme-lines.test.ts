import assert from 'node:assert/strict';
import { codeLines, hoursBackfilled, readmeSection } from './readme-lines.ts';

describe('hoursBackfilled(nowMs)', () => {
  it('returns the hours whose start was due since midnight', () => {
    assert.deepEqual(hoursBackfilled(Date.parse('2026-11-26T00:01:30Z')), []);
    assert.deepEqual(hoursBackfilled(Date.parse('2026-11-26T02:30:00Z')), [
      '2026-11-25T23',
      '2026-11-26T00',
      '2026-11-26T01',
    ]);
  });
});

describe('codeLines(text)', () => {
  it('has every line of every block, also in lists and of no language', () => {
    const text = [
      'A',
      '```sh',
      'make a',
      '',
      'make b   # why',
      '```',
      '1. B',
      '',
      '   ```',
      '   make c',
      '   ```',
      'C',
    ];
    assert.deepEqual(codeLines(text.join('\n')), ['make a', 'make b   # why', 'make c']);
  });
});

describe('readmeSection(heading)', () => {
  it('ends before the next section, and refuses a heading that is not there', () => {
    assert.ok(!readmeSection('Use it with real Twitch').includes('\n## '));
    assert.throws(() => readmeSection('Use it'), /Expected the README to have the section Use it/);
  });
});
