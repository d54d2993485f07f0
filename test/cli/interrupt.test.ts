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
    it(`stops cleanly after ${name}`, async () => {
      const file = join(directory(), 'end');
      const child = start(file);
      const output = text(child.stderr);
      await firstLine(child);
      child.kill(name);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      assert.equal(readFileSync(file, 'utf8'), 'done');
      assert.match(await output, /^\nStopping cleanly[^\n]*Ctrl-C again/);
    });

  it('stops cleanly after SIGHUP although its output is closed', async () => {
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

  it('stops cleanly without a signal if its output is closed', async () => {
    const file = join(directory(), 'end');
    const child = start(file);
    await firstLine(child);
    child.stdout.destroy();
    child.stderr.destroy();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal(readFileSync(file, 'utf8'), 'done');
  });

  it('ends immediately on the second Ctrl-C, and prints what is still stopping and for how long', async () => {
    const child = start();
    await firstLine(child);
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += String(chunk);
      if (output.includes('step 0')) child.kill('SIGINT');
    });
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'close'), [130, null]);
    assert.match(output, /This command ends now\. Workers and servers are still stopping, for up to 70 s and 10 s/);
  });
});
