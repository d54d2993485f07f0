import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lockDirectory } from '../../common/directory-lock.ts';
import { firstLine } from '../infra/local/first-line.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('lockDirectory(directory, name)', () => {
  const directory = temporaryDirectories();
  const holder = (place: string) =>
    spawn(process.execPath, [join(import.meta.dirname, 'lock-holder.ts'), place], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });

  it('gives the lock to one at a time, in this process too, and names keep out of each other’s way', () => {
    const place = directory();
    const unlock = lockDirectory(place, 'a');
    assert.ok(unlock);
    assert.equal(lockDirectory(place, 'a'), undefined);
    lockDirectory(place, 'b')?.();
    unlock();
    unlock();
    lockDirectory(place, 'a')?.();
    assert.deepEqual(readdirSync(place), ['.a.lock', '.b.lock']);
  });

  it('is free again as soon as a process that held it was killed', async () => {
    const place = directory();
    const first = holder(place);
    assert.equal(await firstLine(first), 'locked');
    assert.equal(lockDirectory(place, 'test'), undefined);
    const second = holder(place);
    assert.equal(await firstLine(second), 'refused');
    second.kill('SIGKILL');
    await once(second, 'exit');
    assert.deepEqual(readdirSync(place), ['.test.lock']);
    assert.equal(lockDirectory(place, 'test'), undefined, 'the end of one that was refused takes no lock away');
    first.kill('SIGKILL');
    await once(first, 'exit');
    const unlock = lockDirectory(place, 'test');
    assert.ok(unlock);
    unlock();
  });

  it('stays held where nobody keeps the function that unlocks, however often memory is collected', async () => {
    const place = directory();
    lockDirectory(place, 'a');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let time = 0; time < 3; time += 1) {
      collect();
      await new Promise(setImmediate);
    }
    assert.equal(lockDirectory(place, 'a'), undefined);
  });

  it('says what is wrong with a place that takes no lock', () => {
    assert.throws(() => lockDirectory(join(directory(), 'nowhere'), 'a'), /unable to open/);
  });
});
