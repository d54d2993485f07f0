import assert from 'node:assert/strict';
import { logWith } from '../../common/log.ts';

describe('logWith(log, facts)', () => {
  it('adds the facts to each line; the facts of the line win', () => {
    const lines: unknown[] = [];
    const note =
      (level: string) =>
      (message: string, facts = {}) =>
        void lines.push([level, message, facts]);
    const log = logWith(
      { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
      { collector: 'a', path: 'x' },
    );
    log.debug('one');
    log.info('two', { path: 'y' });
    log.warn('three');
    log.error('four', { bytes: 4 });
    assert.deepEqual(lines, [
      ['debug', 'one', { collector: 'a', path: 'x' }],
      ['info', 'two', { collector: 'a', path: 'y' }],
      ['warn', 'three', { collector: 'a', path: 'x' }],
      ['error', 'four', { collector: 'a', path: 'x', bytes: 4 }],
    ]);
  });
});
