import assert from 'node:assert/strict';
import { terminalLog } from '../../cli/terminal-log.ts';

describe('terminalLog(progress)', () => {
  it('prints warnings and errors with their facts, and nothing else', () => {
    const printed: string[] = [];
    const log = terminalLog({ step: (name, message) => printed.push(`${name} ${message}`) });
    log.debug('seen');
    log.info('site listens', { url: 'http://127.0.0.1:8081' });
    log.warn('port 8080 is taken by another program; the site is on 8081', { wanted: 8080, port: 8081 });
    log.error('gone', { reason: 'a disk, it seems', code: undefined, tried: ['a', 'b'] });
    log.warn('alone');
    assert.deepEqual(printed, [
      'notice port 8080 is taken by another program; the site is on 8081 (wanted 8080, port 8081)',
      'notice gone (reason a disk, it seems, tried ["a","b"])',
      'notice alone',
    ]);
  });
});
