import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDisk, watchDisk } from '../../cli/disk.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { waitFor } from '../integration/wait-for.ts';

const GB = 1e9;

describe('checkDisk(directory, isLakeHere)', () => {
  it('refuses a start with too little space', () => {
    const start = (free: number, isLakeHere = true) => checkDisk('/lake', isLakeHere, () => free);
    assert.throws(() => start(1.2 * GB), {
      exitCode: 73,
      message:
        'Expected 1.3 GB free for /lake (HDFS refuses new files below that), found 1.2 GB. Free disk space, or set DATA_DIR to a directory on another disk.',
    });
    start(1.3 * GB);
    start(0.3 * GB, false);
    assert.throws(() => start(0, false), /Expected 0\.2 GB free for \/lake, found 0\.0 GB/);
  });
});

describe('watchDisk(directory, progress)', () => {
  const directory = temporaryDirectories();

  it('prints each change once, and does not repeat at the limit', async () => {
    const printed: string[] = [];
    const steps = [5, 1.29, 1.31, 1.39, 1.1, 0.59, 0.61, 0.69, 0.71, 1.35, 1.41, 9].map((gb) => gb * GB);
    let at = 0;
    const freeBytes = (): number => steps[Math.min(at++, steps.length - 1)] ?? 0;
    const watch = watchDisk(
      '/lake',
      { step: (name, line) => printed.push(`${name} ${line}`) },
      { freeBytes, everyMs: 1 },
    );
    await waitFor('all values to be read', () => at > steps.length);
    watch.stop();
    assert.deepEqual(
      printed.map((line) =>
        /^disk (?:only )?([\d.]+ GB).*?(refuses new files|Kafka stops|loading continues)/.exec(line)?.slice(1),
      ),
      [
        ['1.3 GB', 'refuses new files'],
        ['0.6 GB', 'Kafka stops'],
        ['0.7 GB', 'refuses new files'],
        ['1.4 GB', 'loading continues'],
      ],
    );
  });

  it('reports a real disk that fills up and is freed again', async function () {
    const place = directory();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500m', 'chatlake-test', place], { stdio: 'ignore' });
    } catch {
      // Only root may mount.
      return this.skip();
    }
    const printed: string[] = [];
    const watch = watchDisk(place, { step: (_name, line) => printed.push(line) }, { everyMs: 5 });
    try {
      checkDisk(place, true);
      const ballast = join(place, 'ballast');
      writeFileSync(ballast, Buffer.alloc(500 * 1024 ** 2));
      await waitFor('the warning', () => printed.some((line) => line.startsWith('only 1.0 GB free')));
      assert.throws(() => checkDisk(place, true), /found 1\.0 GB/);
      unlinkSync(ballast);
      await waitFor('the all-clear', () => printed.some((line) => /GB free for .* again/.test(line)));
      assert.equal(printed.length, 2);
    } finally {
      watch.stop();
      execFileSync('umount', ['--lazy', place]);
    }
  });
});
