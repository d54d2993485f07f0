import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, startGuarded } from '../../common/guarded-process.ts';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import { waitFor } from '../integration/wait-for.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

/** Prints its process id, and runs `onTerm` on SIGTERM. */
const server = (onTerm: string) => `trap '${onTerm}' TERM; echo $$; while :; do sleep 0.05; done`;

describe('startGuarded(command)', () => {
  const directory = temporaryDirectories();
  const shell = (logFile: string, script: string) => ({ program: '/bin/sh', args: ['-c', script], logFile });

  it('stops a program with SIGTERM, and reports how it ended', async () => {
    const logFile = join(directory(), 'log');
    const process = startGuarded(shell(logFile, server('echo ending; exit 7')));
    await saidPid(logFile);
    await process.stop();
    assert.deepEqual(await process.exited, { code: 7, text: 'exited with code 7' });
    assert.match(readFileSync(logFile, 'utf8'), /ending/);
  });

  it('stops a program that ignores SIGTERM with SIGKILL after the grace time', async () => {
    const logFile = join(directory(), 'log');
    const process = startGuarded({ ...shell(logFile, server('echo no')), graceSeconds: 1 });
    const pid = await saidPid(logFile);
    await process.stop();
    assert.match(readFileSync(logFile, 'utf8'), /no/);
    await waitFor('the program to be gone', () => identifyProcess(pid) === undefined);
  });

  it('reports a missing program', async () => {
    const logFile = join(directory(), 'log');
    const process = startGuarded({ program: '/no/such/program', args: [], logFile });
    assert.equal((await process.exited).code, 127);
    assert.match(readFileSync(logFile, 'utf8'), /no\/such\/program.*not found/);
  });

  it('stops the program when the guard is killed', async () => {
    const logFile = join(directory(), 'log');
    const guarded = startGuarded(shell(logFile, server('exit 0')));
    const pid = await saidPid(logFile);
    process.kill(guarded.pid, 'SIGKILL');
    assert.equal((await guarded.exited).code, null);
    await waitFor('the program to be gone', () => identifyProcess(pid) === undefined);
  });

  it('leaves no program behind after kill -9 of the launcher and its process group', async () => {
    const logFile = join(directory(), 'log');
    const module = fileURLToPath(new URL('../../common/guarded-process.ts', import.meta.url));
    const options = JSON.stringify(shell(logFile, server('exit 0')));
    const code = `import { startGuarded } from ${JSON.stringify(module)}; startGuarded(${options});`;
    const launcher = spawn(process.execPath, ['--input-type=module', '-e', code], { detached: true, stdio: 'ignore' });
    const pid = await saidPid(logFile);
    process.kill(-(launcher.pid ?? 0), 'SIGKILL');
    await waitFor('the program to be gone', () => identifyProcess(pid) === undefined);
  });
});

describe('runToEnd(what, command)', () => {
  const directory = temporaryDirectories();

  it('quotes the last lines of this run, not of an earlier one, if the program fails', async () => {
    const logFile = join(directory(), 'log');
    const run = (script: string) => runToEnd('the build', { program: '/bin/sh', args: ['-c', script], logFile });
    await run('echo earlier');
    await assert.rejects(run('echo cannot find the sun; exit 3'), (error: Error) => {
      assert.match(error.message, /^Expected the build to succeed, but it exited with code 3\. The last lines of /);
      assert.match(error.message, /\n {2}cannot find the sun\n/);
      assert.doesNotMatch(error.message, /earlier/);
      return true;
    });
  });
});

async function saidPid(logFile: string): Promise<number> {
  return waitFor(
    'the program to print its process id',
    () => Number.parseInt(readFileSync(logFile, 'utf8'), 10) || undefined,
  );
}
