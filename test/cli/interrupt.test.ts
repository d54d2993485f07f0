import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { firstLine } from '../infra/local/first-line.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('interruption()', () => {
  const directory = temporaryDirectories();
  const start = (...args: string[]) =>
    spawn(process.execPath, [join(import.meta.dirname, 'interrupted-process.ts'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`stops in order after ${name}`, async () => {
      const file = join(directory(), 'end');
      const child = start(file);
      const said = text(child.stderr);
      await firstLine(child);
      child.kill(name);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      assert.equal(readFileSync(file, 'utf8'), 'done');
      assert.match(await said, /^\nStopping cleanly[^\n]*Ctrl-C again/);
    });

  it('stops in order although the terminal is gone, and with it everything that reads', async () => {
    const file = join(directory(), 'end');
    const child = start(file);
    await firstLine(child);
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(readFileSync(file, 'utf8'), 'done');
  });

  it('stops in order where nobody takes its words any more, and no signal came', async () => {
    const file = join(directory(), 'end');
    const child = start(file);
    await firstLine(child);
    child.stdout.destroy();
    child.stderr.destroy();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(readFileSync(file, 'utf8'), 'done');
  });

  it('ends at once at the second Ctrl-C, and says what goes on and for how long', async () => {
    const child = start();
    await firstLine(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (said.includes('step 0')) child.kill('SIGINT');
    });
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    assert.match(said, /Not waiting any longer: workers go on by themselves for up to 70 s/);
  });
});
