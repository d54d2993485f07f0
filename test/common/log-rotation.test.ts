import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { mock } from 'node:test';
import { join } from 'node:path';
import { startGuarded } from '../../common/guarded-process.ts';
import { LOG_MAX_BYTES, previousLog, rotateLog } from '../../common/log-rotation.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('rotateLog(file, maxBytes)', () => {
  const directory = temporaryDirectories();

  it('empties a log that is too long, keeps its lines beside it, and lets its writer go on', () => {
    const file = join(directory(), 'a.log');
    const writer = openSync(file, 'a');
    writeSync(writer, 'one\n');
    rotateLog(file, 5);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
    writeSync(writer, 'two\n');
    rotateLog(file, 5);
    writeSync(writer, 'three\n');
    closeSync(writer);
    assert.equal(readFileSync(file, 'utf8'), 'three\n');
    assert.equal(readFileSync(previousLog(file), 'utf8'), 'one\ntwo\n');
  });

  it('does nothing without the file, and if the copy cannot be written', () => {
    const file = join(directory(), 'a.log');
    rotateLog(file, 0);
    writeFileSync(file, 'one\n');
    rotateLog(join(file, 'below-a-file.log'), 0);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
  });
});

describe('startGuarded(command)', () => {
  const directory = temporaryDirectories();

  it('rotates the log of a program at its start and while it runs', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      const logFile = join(directory(), 'a.log');
      const fill = (): void => {
        writeFileSync(logFile, '', { flag: 'a' });
        truncateSync(logFile, LOG_MAX_BYTES);
      };
      fill();
      const program = startGuarded({ program: 'sleep', args: ['60'], logFile });
      assert.equal(statSync(previousLog(logFile)).size, LOG_MAX_BYTES);
      assert.equal(program.logOffset, 0);
      fill();
      mock.timers.tick(60_000);
      assert.equal(statSync(logFile).size, 0);
      await program.stop();
      fill();
      mock.timers.tick(60_000);
      assert.equal(statSync(logFile).size, LOG_MAX_BYTES);
    } finally {
      mock.timers.reset();
    }
  });
});
