import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDisk, watchDisk } from '../../cli/disk.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { waitFor } from '../integration/wait-for.ts';

const GB = 1e9;

describe('checkDisk(directory, isLakeHere)', () => {
  it('refuses a start with the number and the remedy', () => {
    const start = (free: number, isLakeHere = true) => checkDisk('/lake', isLakeHere, () => free);
    assert.throws(() => start(1.2 * GB), {
      exitCode: 73,
      message:
        'Expected 1.3 GB free for /lake (with less, HDFS takes no files), found 1.2 GB. Make room on that disk, or set DATA_DIR to a directory on another one.',
    });
    start(1.3 * GB);
    start(0.3 * GB, false);
    assert.throws(() => start(0, false), /Expected 0\.2 GB free for \/lake, found 0\.0 GB/);
  });
});

describe('watchDisk(directory, progress)', () => {
  const directory = temporaryDirectories();

  it('tells each change once, with the number and what will happen, and does not waver at the edge', async () => {
    const told: string[] = [];
    const steps = [5, 1.29, 1.31, 1.39, 1.1, 0.59, 0.61, 0.69, 0.71, 1.35, 1.41, 9].map((gb) => gb * GB);
    let at = 0;
    const freeBytes = (): number => steps[Math.min(at++, steps.length - 1)] ?? 0;
    const watch = watchDisk('/lake', { step: (name, line) => told.push(`${name} ${line}`) }, { freeBytes, everyMs: 1 });
    await waitFor('all to be looked at', () => at > steps.length);
    watch.stop();
    assert.deepEqual(
      told.map((line) =>
        /^disk (?:only )?([\d.]+ GB).*?(takes no new files|Kafka stops too|all goes on)/.exec(line)?.slice(1),
      ),
      [
        ['1.3 GB', 'takes no new files'],
        ['0.6 GB', 'Kafka stops too'],
        ['0.7 GB', 'takes no new files'],
        ['1.4 GB', 'all goes on'],
      ],
    );
  });

  it('sees a real disk fill up and become free again', async function () {
    const place = directory();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500m', 'chatlake-test', place], { stdio: 'ignore' });
    } catch {
      // Only root may mount.
      return this.skip();
    }
    const told: string[] = [];
    const watch = watchDisk(place, { step: (_name, line) => told.push(line) }, { everyMs: 5 });
    try {
      checkDisk(place, true);
      const ballast = join(place, 'ballast');
      writeFileSync(ballast, Buffer.alloc(500 * 1024 ** 2));
      await waitFor('the word of little room', () => told.some((line) => line.startsWith('only 1.0 GB free')));
      assert.throws(() => checkDisk(place, true), /found 1\.0 GB/);
      unlinkSync(ballast);
      await waitFor('the word that it is over', () => told.some((line) => /GB free for .* again/.test(line)));
      assert.equal(told.length, 2);
    } finally {
      watch.stop();
      execFileSync('umount', ['--lazy', place]);
    }
  });
});
