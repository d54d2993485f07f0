import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync as readFile,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { SpillDirectory } from '../../../activities/spill/directory.ts';
import type { SpillOptions } from '../../../activities/spill/directory.ts';
import { readSegment, segmentFile, segmentsIn, writeSegment } from '../../../activities/spill/segment.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { line } from '../kafka/broker-double.ts';

const noSpace = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

describe('SpillDirectory', () => {
  const temporaryDirectory = temporaryDirectories();
  let directory: string;
  let logged: string[];
  const note = (message: string) => void logged.push(message);
  const log = { debug: note, info: note, warn: note, error: note };

  beforeEach(() => {
    directory = join(temporaryDirectory(), 'spill');
    logged = [];
  });

  const open = (run: string, more: Partial<SpillOptions> = {}) =>
    new SpillDirectory({
      directory,
      maxBytes: 1_000_000,
      segmentBytes: 1_000,
      name: 'a',
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
      for (const it of await readSegment(segment, log))
        found.push(`${it.collector} ${/id=(\d+)/.exec(String(it.line))?.[1]}`);
      spill.remove(segment);
    }
    return found;
  };
  const named = (run: string, from: number, to: number) => lines(from, to).map((_, index) => `${run} ${from + index}`);
  const segments = () => segmentsIn(join(directory, 'a'));
  const damagedFiles = () => (existsSync(join(directory, 'damaged')) ? readdirSync(join(directory, 'damaged')) : []);

  it('makes nothing on disk before there is a line for it', () => {
    const spill = open('c1');
    spill.look();
    spill.close();
    assert.ok(!existsSync(directory));
  });

  it('gives lines back in order, from segments that it removes, and leaves nothing', async () => {
    const spill = open('c1');
    for (let at = 0; at < 100; at += 10) assert.equal(spill.append(lines(at, at + 10)), 10);
    assert.ok(segments().length > 3);
    assert.deepEqual(await drain(spill), named('c1', 0, 100));
    assert.equal(spill.hasUnread, false);
    assert.equal(spill.append(lines(100, 101)), 1);
    assert.deepEqual(await drain(spill), named('c1', 100, 101));
    spill.close();
    assert.deepEqual(segments(), []);
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
    assert.deepEqual(segments(), []);
  });

  it('works once what stood in place of its directory is gone', async () => {
    writeFileSync(directory, 'a file');
    const spill = open('c1');
    spill.look();
    assert.equal(spill.append(lines(0, 3)), 0);
    rmSync(directory);
    assert.equal(spill.append(lines(0, 3)), 3);
    assert.deepEqual(await drain(spill), named('c1', 0, 3));
    spill.close();
  });

  it('says which lines are lost where somebody removed their file, and goes on', async () => {
    const spill = open('c1');
    spill.append(lines(0, 20));
    rmSync(join(directory, 'a'), { recursive: true });
    assert.deepEqual(await drain(spill), []);
    assert.ok(logged.some((message) => message.includes('their file was removed')));
    assert.equal(spill.append(lines(20, 60)), 40, 'the directory is made anew');
    assert.deepEqual(await drain(spill), named('c1', 20, 60));
    spill.close();
  });

  describe('look()', () => {
    it('finds what earlier processes left: before all others, in order and under their own names', async () => {
      open('c1').append(lines(0, 30));
      open('c2').append(lines(30, 40));
      const spill = open('c3');
      spill.look();
      spill.append(lines(40, 50));
      assert.deepEqual(await drain(spill), [...named('c1', 0, 30), ...named('c2', 30, 40), ...named('c3', 40, 50)]);
      spill.close();
      assert.deepEqual(segments(), []);
    });

    it('finds it also when lines come first', async () => {
      open('c1').append(lines(0, 30));
      const spill = open('c2');
      spill.append(lines(30, 40));
      assert.deepEqual(await drain(spill), [...named('c1', 0, 30), ...named('c2', 30, 40)]);
    });

    it('finds what several runs kept when they ended, each before what was on disk', async () => {
      open('c0').append(lines(20, 30));
      for (const [run, from] of [
        ['c1', 10],
        ['c2', 0],
      ] as const) {
        const spill = open(run);
        spill.look();
        assert.ok(spill.keep(lines(from, from + 10), lines(20 + 10 * Number(run[1]), 30 + 10 * Number(run[1]))));
        spill.close();
      }
      const spill = open('c3');
      spill.look();
      const found = await drain(spill);
      assert.deepEqual(
        found.map((it) => Number(it.split(' ')[1])),
        [...Array(50).keys()],
      );
    });

    it('counts what it finds against the cap', () => {
      open('c1').append(lines(0, 100));
      const spill = open('c2', { maxBytes: 5_000 });
      spill.look();
      assert.equal(spill.hasRoom, false);
      assert.equal(spill.append(lines(100, 101)), 0);
    });

    it('hands out what it finds where nothing more may go to disk', async () => {
      open('c1').append(lines(0, 10));
      const spill = open('c2', { maxBytes: 0 });
      spill.look();
      assert.equal(spill.append(lines(10, 20)), 0);
      assert.deepEqual(await drain(spill), named('c1', 0, 10));
    });

    it('finds hundreds of segments, with gaps between them, in order', async () => {
      const spill = open('c1', { segmentBytes: 1 });
      for (let at = 0; at < 600; at++) spill.append(lines(at, at + 1));
      for (const path of segments().filter((_, index) => index % 3 === 0)) rmSync(path);
      const next = open('c2');
      next.look();
      const expected = named('c1', 0, 600).filter((_, index) => index % 3 !== 0);
      assert.deepEqual(await drain(next), expected);
    });

    it('loses no line where the lowest and highest numbers are taken', async () => {
      mkdirSync(join(directory, 'a'), { recursive: true });
      for (const [number, at] of [
        [0, 0],
        [99_999_999, 10],
      ] as const)
        writeSegment(join(directory, 'a', segmentFile(number)), lines(at, at + 10), { run: 'c0' });
      const spill = open('c1');
      spill.look();
      spill.append(lines(20, 30));
      assert.ok(spill.keep(lines(30, 40), lines(40, 50)));
      const next = open('c2');
      next.look();
      const found = new Set(await drain(next));
      assert.deepEqual(found, new Set([...named('c0', 0, 20), ...named('c1', 20, 50)]));
    });

    it('tries again where it could not look', async () => {
      open('c1').append(lines(0, 10));
      renameSync(directory, `${directory}.away`);
      writeFileSync(directory, 'a file in its place');
      const spill = open('c2');
      for (let look = 0; look < 3; look++) spill.look();
      assert.equal(logged.filter((message) => message.includes('could not be looked for')).length, 1);
      rmSync(directory);
      renameSync(`${directory}.away`, directory);
      spill.look();
      assert.deepEqual(await drain(spill), named('c1', 0, 10));
    });

    it('leaves out the record that its writer’s death tore, and says so', async () => {
      open('c1').append(lines(0, 10));
      const [path = ''] = segments();
      truncateSync(path, readFile(path).length - 3);
      const spill = open('c2');
      spill.look();
      assert.deepEqual(await drain(spill), named('c1', 0, 9));
      assert.ok(logged.some((message) => message.includes('is incomplete')));
      spill.close();
      assert.deepEqual(damagedFiles(), []);
    });

    it('passes over a segment that its writer’s death left empty', async () => {
      open('c1').append(lines(0, 10));
      const [path = ''] = segments();
      writeFileSync(join(directory, 'a', segmentFile(1)), '');
      assert.ok(segments().length > 1 && segments().includes(path));
      const spill = open('c2');
      spill.look();
      assert.deepEqual(await drain(spill), named('c1', 0, 10));
      assert.deepEqual([segments(), damagedFiles()], [[], []]);
    });

    it('keeps a segment in which one bit was flipped, says so, and goes on with the others', async () => {
      open('c1', { segmentBytes: 1_000_000 }).append(lines(0, 10));
      open('c2').append(lines(10, 20));
      const [path = ''] = segments();
      const bytes = readFile(path);
      bytes[Math.floor(bytes.length / 2)]! ^= 1;
      writeFileSync(path, bytes);
      const spill = open('c3');
      spill.look();
      const found = await drain(spill);
      assert.deepEqual(found, [...named('c1', 0, found.length - 10), ...named('c2', 10, 20)]);
      assert.ok(found.length >= 12 && found.length < 20, `${found.length} lines`);
      assert.ok(logged.some((message) => message.includes('damaged') && message.includes('Check the disk')));
      assert.ok(!logged.some((message) => message.includes('is incomplete')));
      spill.close();
      assert.deepEqual(damagedFiles(), [`c3-${basename(path)}`]);
      assert.deepEqual(readFile(join(directory, 'damaged', `c3-${basename(path)}`)), bytes);
    });

    it('sends what it can of a damaged segment, keeps the file, and sends it again once it is repaired', async () => {
      open('c1').append(lines(0, 10));
      const [path = ''] = segments();
      const bytes = readFile(path);
      const torn = Math.floor(bytes.length / 2);
      writeFileSync(path, Buffer.concat([bytes.subarray(0, torn), Buffer.alloc(400_000), bytes.subarray(torn)]));
      const spill = open('c2');
      spill.look();
      const found = await drain(spill);
      assert.ok(found.length > 3 && found.length < 10);
      spill.close();
      assert.deepEqual(damagedFiles(), [`c2-${basename(path)}`]);
      const kept = readFile(join(directory, 'damaged', `c2-${basename(path)}`));
      // As the log says.
      const repaired = Buffer.concat([kept.subarray(0, torn), kept.subarray(torn + 400_000)]);
      writeFileSync(join(directory, 'a', '00000001.segment'), repaired);
      const next = open('c3');
      next.look();
      assert.deepEqual(await drain(next), named('c1', 0, 10));
    });
  });
});
