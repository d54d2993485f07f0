import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync as readFile,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { SpillDirectory } from '../../../activities/spill/directory.ts';
import type { SpillOptions } from '../../../activities/spill/directory.ts';
import { readCertainly } from '../../../activities/spill/reading.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { line } from '../kafka/broker-double.ts';
import { spillOwners } from './owners.ts';

const noSpace = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

describe('SpillDirectory', () => {
  const temporaryDirectory = temporaryDirectories();
  let directory: string;
  let owners: ReturnType<typeof spillOwners>;
  let logged: string[];
  const note = (message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };

  beforeEach(() => {
    directory = join(temporaryDirectory(), 'spill');
    owners = spillOwners();
    logged = [];
  });

  const open = (run: string, more: Partial<SpillOptions> = {}) =>
    new SpillDirectory({
      directory,
      maxBytes: 1_000_000,
      segmentBytes: 1_000,
      owner: owners.owner(run),
      run,
      log,
      ...more,
    });
  const lines = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => line(String(index % 3), from + index, 1_000 + index));
  /** What is unread, by number and collector; each segment is removed. */
  const drain = async (spill: SpillDirectory) => {
    const found: string[] = [];
    for (let segment = spill.takeNext(); segment !== undefined; segment = spill.takeNext()) {
      for (const it of await readCertainly(segment, log))
        found.push(`${it.collector} ${/id=(\d+)/.exec(String(it.line))?.[1]}`);
      spill.remove(segment);
    }
    return found;
  };
  const named = (run: string, from: number, to: number) => lines(from, to).map((_, index) => `${run} ${from + index}`);
  const segments = (run: string) => readdirSync(join(directory, run)).filter((name) => name.endsWith('.segment'));
  const damagedFiles = () => (existsSync(join(directory, 'damaged')) ? readdirSync(join(directory, 'damaged')) : []);

  it('makes nothing on disk before there is a line for it', () => {
    const spill = open('c1');
    spill.takeOver();
    spill.close();
    assert.ok(!existsSync(directory));
  });

  it('gives lines back in order, from segments that it removes, and leaves nothing', async () => {
    const spill = open('c1');
    for (let at = 0; at < 100; at += 10) assert.equal(spill.append(lines(at, at + 10)), 10);
    assert.ok(segments('c1').length > 3);
    assert.deepEqual(await drain(spill), named('c1', 0, 100));
    assert.equal(spill.hasUnread, false);
    assert.equal(spill.append(lines(100, 101)), 1);
    assert.deepEqual(await drain(spill), named('c1', 100, 101));
    spill.close();
    assert.deepEqual(readdirSync(directory), []);
  });

  it('takes no more than its cap, says so once, and has room again when a tenth is free', async () => {
    const spill = open('c1', { maxBytes: 5_000, segmentBytes: 500 });
    const taken = spill.append(lines(0, 200));
    assert.ok(taken > 20 && taken < 200, `took ${taken}`);
    assert.equal(spill.append(lines(taken, 200)), 0);
    assert.equal(spill.hasRoom, false);
    assert.equal(logged.filter((message) => message.includes('SPILL_MAX_MB')).length, 1);
    const first = spill.takeNext();
    assert.ok(first);
    spill.remove(first);
    assert.equal(spill.append(lines(taken, taken + 1)), 1);
    assert.deepEqual(logged.at(-1), 'lines go to disk again');
    await drain(spill);
    assert.equal(spill.hasRoom, true);
    spill.close();
  });

  it('goes on after a write that failed half-way, with nothing lost and nothing twice', async () => {
    let left = 700;
    const write: SpillOptions['write'] = (descriptor, bytes) => {
      if (left === 0) throw noSpace();
      const part = bytes.subarray(0, left);
      left -= part.length;
      appendFileSync(descriptor, part);
      return part.length;
    };
    const spill = open('c1', { write });
    const first = spill.append(lines(0, 5));
    assert.equal(first, 5);
    assert.equal(spill.append(lines(5, 30)), 0, 'a write is taken as a whole or not at all');
    assert.equal(spill.append(lines(5, 30)), 0);
    assert.equal(spill.hasRoom, false);
    assert.equal(logged.filter((message) => message.includes('cannot be written')).length, 1);
    left = 1_000_000;
    assert.equal(spill.append(lines(5, 30)), 25);
    assert.deepEqual(await drain(spill), named('c1', 0, 30));
    spill.close();
  });

  it('leaves no file open, whichever write fails', function () {
    if (process.platform !== 'linux') this.skip();
    const openFiles = () => readdirSync('/proc/self/fd').length;
    const before = openFiles();
    const spill = open('c1', {
      write: () => {
        throw noSpace();
      },
    });
    for (let attempt = 0; attempt < 3; attempt++) {
      assert.equal(spill.keep(lines(0, 3), lines(3, 6)), false);
      assert.equal(spill.append(lines(0, 3)), 0);
    }
    spill.close();
    assert.equal(openFiles(), before);
    assert.deepEqual(readdirSync(directory), []);
  });

  it('works once what stood in place of its directory is gone', async () => {
    writeFileSync(directory, 'a file');
    const spill = open('c1');
    spill.takeOver();
    assert.equal(spill.append(lines(0, 3)), 0);
    rmSync(directory);
    assert.equal(spill.append(lines(0, 3)), 3);
    assert.deepEqual(await drain(spill), named('c1', 0, 3));
    spill.close();
  });

  it('says which lines are lost where somebody removed their file, and goes on', async () => {
    const spill = open('c1');
    spill.append(lines(0, 20));
    rmSync(join(directory, 'c1'), { recursive: true });
    assert.deepEqual(await drain(spill), []);
    assert.ok(logged.some((message) => message.includes('somebody removed')));
    assert.equal(spill.append(lines(20, 60)), 0);
    assert.equal(spill.append(lines(20, 60)), 40, 'the directory is made anew');
    assert.deepEqual(await drain(spill), named('c1', 20, 60));
    spill.close();
  });

  describe('takeOver()', () => {
    it('takes the lines of dead runs over, before all others and under their own names; living ones are left alone', async () => {
      open('c1').append(lines(0, 30));
      open('c2').append(lines(30, 40));
      open('c3').append(lines(40, 50));
      owners.dies('c1');
      owners.dies('c3');
      const spill = open('c4');
      spill.takeOver();
      spill.append(lines(50, 60));
      assert.deepEqual(await drain(spill), [...named('c1', 0, 30), ...named('c3', 40, 50), ...named('c4', 50, 60)]);
      spill.close();
      assert.deepEqual(readdirSync(directory), ['c2']);
    });

    it('takes over what a run had taken over, also where that run died in the middle of it', async () => {
      open('c1').append(lines(0, 30));
      owners.dies('c1');
      open('c2').takeOver();
      owners.dies('c2');
      // As if it had moved only the first segment out of the directory that it claimed.
      const claimed = join(directory, 'c2', 'from-c1');
      mkdirSync(claimed);
      for (const name of segments('c2').slice(1)) {
        appendFileSync(join(claimed, name), readFile(join(directory, 'c2', name)));
        rmSync(join(directory, 'c2', name));
      }
      const spill = open('c3');
      spill.takeOver();
      assert.deepEqual(await drain(spill), named('c1', 0, 30));
      spill.close();
      assert.deepEqual(readdirSync(directory), []);
    });

    it('leaves out the record that its writer’s death tore, and says so', async () => {
      open('c1').append(lines(0, 10));
      const [name = ''] = segments('c1');
      const path = join(directory, 'c1', name);
      truncateSync(path, readFile(path).length - 3);
      owners.dies('c1');
      const spill = open('c2');
      spill.takeOver();
      assert.deepEqual(await drain(spill), named('c1', 0, 9));
      assert.ok(logged.some((message) => message.includes('was torn')));
      spill.close();
      assert.deepEqual(damagedFiles(), []);
    });

    it('keeps a segment in which one bit was flipped, says so, and goes on with the others', async () => {
      open('c1', { segmentBytes: 1_000_000 }).append(lines(0, 10));
      open('c2').append(lines(10, 20));
      const [name = ''] = segments('c1');
      const path = join(directory, 'c1', name);
      const bytes = readFile(path);
      bytes[Math.floor(bytes.length / 2)]! ^= 1;
      writeFileSync(path, bytes);
      owners.dies('c1');
      owners.dies('c2');
      const spill = open('c3');
      spill.takeOver();
      const found = await drain(spill);
      assert.deepEqual(found, [...named('c1', 0, found.length - 10), ...named('c2', 10, 20)]);
      assert.ok(found.length >= 12 && found.length < 20, `${found.length} lines`);
      assert.ok(logged.some((message) => message.includes('damaged') && message.includes('check the disk')));
      assert.ok(!logged.some((message) => message.includes('was torn')));
      spill.close();
      assert.deepEqual(damagedFiles(), ['c3-00000001.segment']);
      assert.deepEqual(readFile(join(directory, 'damaged', 'c3-00000001.segment')), bytes);
    });

    it('sends what it can of a damaged segment, and keeps the file', async () => {
      open('c1').append(lines(0, 10));
      const [name = ''] = segments('c1');
      appendFileSync(join(directory, 'c1', name), Buffer.alloc(400_000));
      owners.dies('c1');
      const spill = open('c2');
      spill.takeOver();
      assert.deepEqual(await drain(spill), named('c1', 0, 10));
      spill.close();
      assert.deepEqual(damagedFiles(), ['c2-00000001.segment']);
    });

    it('leaves a run elsewhere alone while it is touched, says so once, and takes it over when it is left', async () => {
      let nowMs = Date.now();
      const now = () => nowMs;
      const other = open('c1', { now });
      other.append(lines(0, 10));
      owners.isElsewhere('c1');
      const spill = open('c2', { now });
      for (let minute = 0; minute < 30; minute++) {
        nowMs += 60_000;
        other.touch();
        spill.takeOver();
      }
      assert.equal(spill.hasUnread, false);
      assert.equal(logged.filter((message) => message.includes('in another container')).length, 1);
      nowMs += 599_000;
      spill.takeOver();
      assert.equal(spill.hasUnread, false);
      nowMs += 1_000;
      spill.takeOver();
      assert.deepEqual(await drain(spill), named('c1', 0, 10));
      spill.close();
      assert.deepEqual(readdirSync(directory), []);
    });

    it('loses no line of a run elsewhere that stood still, was taken for left, and goes on', async () => {
      let nowMs = Date.now();
      const now = () => nowMs;
      const frozen = open('c1', { now });
      frozen.append(lines(0, 10));
      owners.isElsewhere('c1');
      nowMs += 3_600_000;
      const spill = open('c2', { now });
      spill.takeOver();
      assert.deepEqual(await drain(spill), named('c1', 0, 10));
      assert.equal(frozen.append(lines(10, 30)), 20);
      assert.deepEqual(await drain(frozen), named('c1', 10, 30));
      assert.ok(logged.some((message) => message.includes('no owner file any more')));
      spill.close();
      frozen.close();
      assert.deepEqual(readdirSync(directory), []);
    });

    it('goes on in a new directory where somebody removed the owner file of a run that lives', async () => {
      let nowMs = Date.now();
      const spill = open('c1', { now: () => nowMs });
      spill.append(lines(0, 10));
      rmSync(join(directory, 'c1', 'owner'));
      nowMs += 10_000;
      spill.touch();
      assert.equal(spill.append(lines(10, 20)), 10);
      const next = open('c2');
      next.takeOver();
      assert.deepEqual(await drain(next), named('c1', 0, 10));
    });

    it('says once which run cannot be taken over, and takes the others', async () => {
      open('c1').append(lines(0, 10));
      open('c2').append(lines(10, 20));
      owners.dies('c1');
      owners.dies('c2');
      const spill = open('c3');
      spill.append(lines(20, 30));
      // Stands where the directory of c1 would go.
      writeFileSync(join(directory, 'c3', 'from-c1'), 'a file');
      for (let look = 0; look < 3; look++) spill.takeOver();
      assert.equal(logged.filter((message) => message.includes('could not be taken over')).length, 1);
      assert.deepEqual(await drain(spill), [...named('c2', 10, 20), ...named('c3', 20, 30)].sort());
    });

    it('removes what a dead run left empty', () => {
      const spill = open('c1');
      spill.append(lines(0, 1));
      spill.remove(spill.takeNext()!);
      owners.dies('c1');
      open('c2').takeOver();
      assert.deepEqual(readdirSync(directory), []);
    });
  });
});
