import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimDirectory } from '../../../infra/local/directory-claim.ts';
import { identifyProcess, isLiving } from '../../../infra/local/process-identity.ts';
import { temporaryDirectories } from './temporary-directory.ts';

describe('claimDirectory(directory)', () => {
  const directory = temporaryDirectories();

  it('refuses a directory that a living launcher holds, names the process, and gives it once freed', async () => {
    const place = directory();
    const free = await claimDirectory(place);
    await assert.rejects(
      claimDirectory(place),
      new RegExp(`${place}.*process ${process.pid} runs servers in it\\. Stop`),
    );
    free();
    (await claimDirectory(place))();
    assert.ok(!existsSync(join(place, 'launcher.pid')));
  });

  it('takes over from a process that is gone', async () => {
    const place = directory();
    const gone = spawn('true', { stdio: 'ignore' });
    await once(gone, 'exit');
    writeFileSync(join(place, 'launcher.pid'), `${gone.pid} 1`);
    (await claimDirectory(place))();
  });

  it('takes over when another process has got the number of the dead one', async () => {
    const place = directory();
    writeFileSync(join(place, 'launcher.pid'), `${process.pid} 1`);
    (await claimDirectory(place))();
  });

  it('waits until the servers that a dead launcher left have ended', async () => {
    const place = directory();
    const left = spawn('sleep', ['600'], { stdio: 'ignore' });
    writeFileSync(join(place, 'kafka.guard'), identifyProcess(left.pid ?? 0) ?? '');
    let claimed = false;
    const claim = claimDirectory(place).then((free) => {
      claimed = true;
      free();
    });
    await new Promise(setImmediate);
    assert.ok(!claimed);
    left.kill('SIGKILL');
    await claim;
  });
});

describe('identifyProcess(pid)', () => {
  it('names a living process the same each time, and a dead one not at all', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    const identity = identifyProcess(child.pid ?? 0);
    assert.ok(identity !== undefined && isLiving(identity));
    assert.equal(identifyProcess(child.pid ?? 0), identity);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(!isLiving(identity));
  });
});
