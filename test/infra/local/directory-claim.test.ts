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

  it('refuses a directory that a living launcher holds, with its process id, until it is released', async () => {
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

  it('takes over from a dead process', async () => {
    const place = directory();
    const gone = spawn('true', { stdio: 'ignore' });
    await once(gone, 'exit');
    writeFileSync(join(place, 'launcher.pid'), `${gone.pid} 1`);
    (await claimDirectory(place))();
  });

  it('takes over if another process has the pid of the dead one', async () => {
    const place = directory();
    writeFileSync(join(place, 'launcher.pid'), `${process.pid} 1`);
    (await claimDirectory(place))();
  });

  it('waits until the servers of a dead launcher have ended', async () => {
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
  it('is the same each time for a living process, and undefined for a dead one', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    const identity = identifyProcess(child.pid ?? 0);
    assert.ok(identity !== undefined && isLiving(identity));
    assert.equal(identifyProcess(child.pid ?? 0), identity);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(!isLiving(identity));
  });
});
