import assert from 'node:assert/strict';
import type { CollectedLine } from '../../../activities/kafka/collected-line.ts';
import { decodeRecords, encodeRecord, isTornRecord } from '../../../activities/spill/record.ts';

const LINES: CollectedLine[] = [
  { key: '7001', line: Buffer.from('@id=1 :a PRIVMSG #a :안녕'), receivedAtMs: 1_795_615_200_123, isMessage: true },
  { key: '', line: Buffer.alloc(0), receivedAtMs: 0, isMessage: false },
  { key: '하늘', line: Buffer.from([0xff, 0x00, 0xfe]), receivedAtMs: 2 ** 45, isMessage: false },
  { key: 'long', line: Buffer.alloc(65_536, 'x'), receivedAtMs: 1, isMessage: true },
];
const records = LINES.map((line) => encodeRecord(line, 'c1-run'));
const bytes = Buffer.concat(records);
const plain = (decoded: ReturnType<typeof decodeRecords>) =>
  decoded.lines.map((line) => ({ ...line, line: line.line.toString('hex') }));
const expected = LINES.map((line) => ({ ...line, line: line.line.toString('hex'), collector: 'c1-run' }));

describe('spill records', () => {
  it('give back every line with its key, time and collector, whatever its bytes', () => {
    const decoded = decodeRecords(bytes);
    assert.equal(decoded.goodBytes, bytes.length);
    assert.deepEqual(plain(decoded), expected);
  });

  it('give the whole records of a file that was cut anywhere, and say where they end', () => {
    const ends = records.map((_, index) => Buffer.concat(records.slice(0, index + 1)).length);
    const cuts = [...Array(records[0]!.length + records[1]!.length + records[2]!.length).keys(), bytes.length - 1];
    for (const cut of cuts) {
      const whole = ends.filter((end) => end <= cut);
      const decoded = decodeRecords(bytes.subarray(0, cut));
      assert.deepEqual([decoded.lines.length, decoded.goodBytes], [whole.length, whole.at(-1) ?? 0], `cut at ${cut}`);
    }
  });

  it('give nothing from the first damaged byte on', () => {
    const small = Buffer.concat(records.slice(0, 3));
    const starts = [0, records[0]!.length, records[0]!.length + records[1]!.length, small.length];
    for (let at = 0; at < small.length; at++) {
      const damaged = Buffer.from(small);
      damaged[at] = damaged[at]! ^ (1 << (at % 8));
      const before = starts.filter((start) => start <= at).length - 1;
      assert.deepEqual(plain(decodeRecords(damaged)), expected.slice(0, before), `byte ${at}`);
    }
  });

  it('tell the beginning of one record, wherever it was cut, from anything else', () => {
    const [record = Buffer.alloc(0)] = records;
    for (let cut = 1; cut < record.length; cut++) assert.ok(isTornRecord(record.subarray(0, cut)), `cut at ${cut}`);
    const flipped = Buffer.from(record);
    flipped[20] = flipped[20]! ^ 1;
    assert.ok(!isTornRecord(flipped), 'a whole record that is damaged');
    assert.ok(!isTornRecord(Buffer.concat([flipped, record])), 'with others behind it');
    assert.ok(!isTornRecord(Buffer.alloc(4_096)), 'zeros');
    assert.ok(!isTornRecord(Buffer.alloc(4_096, 0xff)), 'noise');
  });

  it('take neither zeros nor noise for records', () => {
    assert.equal(decodeRecords(Buffer.alloc(1_000)).goodBytes, 0);
    let seed = 1;
    const noise = Buffer.from(Array.from({ length: 10_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff));
    const decoded = decodeRecords(Buffer.concat([bytes, noise]));
    assert.deepEqual([decoded.lines.length, decoded.goodBytes], [LINES.length, bytes.length]);
  });

  it('refuse a line that no scanner makes', () => {
    const line = { ...LINES[0]!, line: Buffer.alloc(300_000) };
    assert.throws(() => encodeRecord(line, 'c1'), /Expected a line to take 262144 bytes or fewer, got 300/);
  });
});
