import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeAbandoned } from '../../../activities/spill/abandoned.ts';
import { SpillDirectory } from '../../../activities/spill/directory.ts';
import { tryLock } from '../../../activities/spill/lock.ts';
import { filesIn, readSegment, segmentFile } from '../../../activities/spill/segment.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { line } from '../kafka/broker-double.ts';

/** Made by the version that had a directory for each run: one that died while it took over another. Its lines are 0 to 14. */
const firstLayout = fileURLToPath(new URL('first-layout', import.meta.url));
const TEN_MINUTES = 600;

describe('abandoned lines on disk', () => {
  const temporaryDirectory = temporaryDirectories();
  let root: string;
  let logged: string[];
  const note = (message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };

  beforeEach(() => {
    root = join(temporaryDirectory(), 'spill');
    logged = [];
  });

  const open = (name: string) =>
    new SpillDirectory({ directory: root, maxBytes: 1_000_000, segmentBytes: 300, name, run: `${name}-run`, log });
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => line('1', from + index, 1_000));
  /** Five segments of ten lines. */
  const leave = (name: string) => {
    const spill = open(name);
    for (let at = 0; at < 50; at += 10) spill.append(lines(at, at + 10));
  };
  /** As if nothing had changed in a directory for so long. */
  const age = (directory: string, seconds: number) => {
    const at = Date.now() / 1_000 - seconds;
    for (const path of filesIn(directory)) for (const it of [path, dirname(path)]) utimesSync(it, at, at);
    utimesSync(directory, at, at);
  };
  const drain = async (spill: SpillDirectory) => {
    const found: string[] = [];
    for (let segment = spill.takeNext(); segment !== undefined; segment = spill.takeNext()) {
      for (const it of await readSegment(segment, log))
        found.push(`${it.collector} ${/id=(\d+)/.exec(String(it.line))?.[1]}`);
      spill.remove(segment);
    }
    return found;
  };
  const named = (run: string, from: number, to: number) => lines(from, to).map((_, index) => `${run} ${from + index}`);

  it('of a collector that was renamed are taken over in order, and its directory is removed', async () => {
    leave('a');
    age(join(root, 'a'), TEN_MINUTES);
    const spill = open('b');
    spill.look();
    spill.append(lines(50, 60));
    assert.deepEqual(await drain(spill), [...named('a-run', 0, 50), ...named('b-run', 50, 60)]);
    assert.deepEqual(readdirSync(root), ['b']);
  });

  it('are left alone while something changes, and while somebody holds the lock', async () => {
    open('a').append(lines(0, 10));
    const spill = open('b');
    age(join(root, 'a'), TEN_MINUTES - 5);
    spill.look();
    assert.equal(spill.hasUnread, false);
    const release = tryLock(join(root, 'a'));
    age(join(root, 'a'), TEN_MINUTES * 10);
    spill.look();
    assert.equal(spill.hasUnread, false);
    release!();
    age(join(root, 'a'), TEN_MINUTES);
    spill.look();
    assert.deepEqual(await drain(spill), named('a-run', 0, 10));
  });

  it('in the first layout are taken over once', async () => {
    const run = join(root, 'a-mf1k2x-4711');
    cpSync(firstLayout, root, { recursive: true });
    const spill = open('a');
    spill.look();
    assert.equal(spill.hasUnread, false, 'its owner was seen a moment ago');
    age(run, TEN_MINUTES * 10);
    utimesSync(join(run, 'owner'), Date.now() / 1_000, Date.now() / 1_000);
    spill.look();
    assert.equal(spill.hasUnread, false, 'its owner lives and has not written for long');
    age(run, TEN_MINUTES);
    spill.look();
    assert.deepEqual(await drain(spill), [...named('old-a-2', 8, 15), ...named('old-a-1', 0, 8)]);
    spill.look();
    assert.equal(spill.hasUnread, false);
    assert.ok(!existsSync(run), 'a run that was suspended sees that its owner file is gone, and begins anew');
  });

  it('do not include damaged segments that were kept', () => {
    mkdirSync(join(root, 'damaged'), { recursive: true });
    writeFileSync(join(root, 'damaged', `c1-${segmentFile(1)}`), 'x');
    age(join(root, 'damaged'), TEN_MINUTES * 10);
    const spill = open('a');
    spill.look();
    assert.equal(spill.hasUnread, false);
    assert.deepEqual(readdirSync(join(root, 'damaged')), [`c1-${segmentFile(1)}`]);
  });

  it('are taken over by one collector when several try', () => {
    open('a').append(lines(0, 10));
    age(join(root, 'a'), TEN_MINUTES);
    let others = 0;
    takeAbandoned(join(root, 'a'), (path) => {
      others += takeAbandoned(join(root, 'a'), () => assert.fail('taken twice'));
      rmSync(path);
    });
    assert.equal(others, 0);
    assert.ok(!existsSync(join(root, 'a')));
  });

  it('that could be taken over in part are taken over in full at the next look; the failure is said once', async () => {
    leave('a');
    age(join(root, 'a'), TEN_MINUTES);
    const spill = open('b');
    // Two of the places to which segments are moved are not free.
    for (const number of [2, 4]) mkdirSync(join(root, 'b', segmentFile(50_000_000 + number)), { recursive: true });
    for (; existsSync(join(root, 'a')); spill.look()) age(join(root, 'a'), TEN_MINUTES);
    assert.deepEqual(await drain(spill), named('a-run', 0, 50));
    assert.equal(logged.filter((message) => message.includes('could not be taken over')).length, 1);
  });

  it('of which the rest was not taken over are there for the next process', async () => {
    leave('a');
    age(join(root, 'a'), TEN_MINUTES);
    mkdirSync(join(root, 'b', segmentFile(50_000_002)), { recursive: true });
    open('b').look();
    rmSync(join(root, 'b', segmentFile(50_000_002)), { recursive: true });
    age(join(root, 'a'), TEN_MINUTES);
    const next = open('b');
    next.look();
    assert.deepEqual(await drain(next), named('a-run', 0, 50));
  });
});
