import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { lockCollector, tryLock } from '../../../activities/spill/lock.ts';
import type { LockOptions } from '../../../activities/spill/lock.ts';
import { Refusal } from '../../../common/refusal.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { waitFor } from '../../integration/wait-for.ts';

const program = fileURLToPath(new URL('locking-process.ts', import.meta.url));

describe('tryLock()', () => {
  const temporaryDirectory = temporaryDirectories();
  let directory: string;
  let holder: ChildProcess | undefined;

  beforeEach(() => (directory = join(temporaryDirectory(), 'spill', 'a')));
  afterEach(() => void holder?.kill('SIGKILL'));

  /** Another process that holds the lock. */
  async function startHolder(): Promise<ChildProcess> {
    holder = spawn(process.execPath, [program, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(holder.stdout!, 'data')) as [Buffer];
    assert.equal(String(said), 'held\n');
    return holder;
  }

  it('locks a directory once, also within one process', () => {
    const release = tryLock(directory);
    assert.ok(release);
    assert.equal(tryLock(directory), undefined);
    release();
    tryLock(directory)!();
    assert.deepEqual(readdirSync(directory), ['.collector.lock']);
  });

  it('is refused to a second process', async () => {
    await startHolder();
    assert.equal(tryLock(directory), undefined);
    const { stdout } = await promisify(execFile)(process.execPath, [program, directory]);
    assert.equal(stdout, 'not held\n');
  });

  it('is kept by a process that stands still, and freed by its death', async () => {
    const child = await startHolder();
    child.kill('SIGSTOP');
    await waitFor('it to stand still', () => process.platform !== 'linux' || stateOf(child) === 'T');
    assert.equal(tryLock(directory), undefined);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(tryLock(directory));
  });

  it('is kept while something refers to it, whatever the garbage collector does', () => {
    const release = tryLock(directory);
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    for (let round = 0; round < 3; round++) collectGarbage();
    assert.equal(tryLock(directory), undefined);
    release!();
  });

  it('is freed by kill -9, and leaves nothing but its file', async () => {
    const child = await startHolder();
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual(readdirSync(directory), ['.collector.lock']);
    tryLock(directory)!();
  });

  it('leaves no file open, however often it is tried', async function () {
    if (process.platform !== 'linux') this.skip();
    await startHolder();
    const before = readdirSync('/proc/self/fd').length;
    for (let attempt = 0; attempt < 10; attempt++) assert.equal(tryLock(directory), undefined);
    assert.equal(readdirSync('/proc/self/fd').length, before);
  });

  it('is not freed by further attempts of the process that holds it', async () => {
    const release = tryLock(directory);
    for (let attempt = 0; attempt < 3; attempt++) assert.equal(tryLock(directory), undefined);
    const { stdout } = await promisify(execFile)(process.execPath, [program, directory]);
    assert.equal(stdout, 'not held\n');
    release!();
  });
});

function stateOf({ pid }: ChildProcess): string | undefined {
  return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}

describe('lockCollector()', () => {
  const temporaryDirectory = temporaryDirectories();
  let root: string;
  let logged: string[];
  const note = (message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };

  beforeEach(() => {
    root = join(temporaryDirectory(), 'spill');
    logged = [];
  });

  const lock = (more: Partial<LockOptions> = {}) =>
    lockCollector({ roots: [root, `${root}-coverage`], name: 'a', log, waitMs: 0, ...more });

  it('waits for an earlier process of that name to stop, and says so once', async () => {
    const release = await lock();
    const next = lock({ waitMs: 60_000 });
    await waitFor('it to wait', () => logged.length > 0);
    release();
    (await next)();
    assert.deepEqual(logged, ['waiting for another collector process of the same name to stop']);
  });

  it('refuses a second process of that name in one sentence with the remedy', async () => {
    const release = await lock();
    await assert.rejects(lock(), (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.exitCode, 73);
      assert.ok(error.message.includes(join(root, 'a')));
      assert.match(error.message, /another process holds .* COLLECTOR_NAME or DATA_DIR/);
      return true;
    });
    release();
    (await lock())();
  });

  it('lets a collector of another name in', async () => {
    const [a, b] = [await lock(), await lock({ name: 'b' })];
    a();
    b();
  });

  it('says what is wrong with a directory that cannot be locked, and not that somebody holds it', async () => {
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'a'), 'a file in its place');
    await assert.rejects(lock(), (error) => {
      assert.ok(error instanceof Refusal);
      assert.equal(error.exitCode, 73);
      assert.match(error.message, /^Expected to create and lock the file .*lock, got: .*Set DATA_DIR/);
      return true;
    });
    rmSync(join(root, 'a'));
    mkdirSync(join(root, 'a', '.collector.lock'), { recursive: true });
    await assert.rejects(lock(), /Expected to create and lock the file .*unable to open/);
    assert.ok(existsSync(root));
  });
});
