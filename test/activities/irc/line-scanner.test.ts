import assert from 'node:assert/strict';
import { LineScanner } from '../../../activities/irc/line-scanner.ts';

function scan(chunks: Buffer[], maxBytes?: number): { lines: Buffer[]; overlongLines: number } {
  const lines: Buffer[] = [];
  let overlongLines = 0;
  const scanner = new LineScanner((line, wholeBytes) => {
    lines.push(Buffer.from(line));
    if (wholeBytes > line.length) overlongLines += 1;
  }, maxBytes);
  for (const chunk of chunks) scanner.push(Buffer.from(chunk));
  return { lines, overlongLines };
}

function cutAnywhere(bytes: Buffer): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + 1 + Math.floor(Math.random() ** 3 * 40));
    chunks.push(bytes.subarray(from, to));
    from = to;
  }
  return chunks;
}

/** Random bytes with everything that makes lines difficult: all line endings, NUL, invalid UTF-8, Korean. */
function difficultBytes(): Buffer {
  const pieces = ['\r\n', '\n', '\r', '\0', '가나다', 'abc def', '\xff', ':', '@a=b;', ' ', 'x'.repeat(30)];
  const count = 5 + Math.floor(Math.random() * 60);
  const bytes = Array.from({ length: count }, () => {
    const piece = pieces[Math.floor(Math.random() * pieces.length)] ?? '';
    return piece === '\xff' ? Buffer.from([0xff, 0xc3]) : Buffer.from(piece);
  });
  return Buffer.concat([...bytes, Buffer.from('\r\n')]);
}

/** The expected lines, computed from the whole input. */
function expected(bytes: Buffer, maxBytes: number): { lines: Buffer[]; overlongLines: number } {
  const whole = bytes
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '');
  return {
    lines: whole.map((line) => Buffer.from(line.slice(0, maxBytes), 'latin1')),
    overlongLines: whole.filter((line) => line.length > maxBytes).length,
  };
}

describe('LineScanner.push(chunk)', () => {
  it('returns the same lines however the bytes are divided into chunks', () => {
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = difficultBytes();
      const maxBytes = 1 + Math.floor(Math.random() * 60);
      const wanted = expected(bytes, maxBytes);
      assert.deepEqual(scan([bytes], maxBytes), wanted);
      assert.deepEqual(scan(cutAnywhere(bytes), maxBytes), wanted);
      assert.deepEqual(
        scan(
          Array.from(bytes, (byte) => Buffer.from([byte])),
          maxBytes,
        ),
        wanted,
      );
    }
  });

  it('accepts CRLF and LF, skips empty lines, keeps an incomplete line for later', () => {
    const { lines } = scan([Buffer.from('a\r\nb\n\r\n\nc\rd\r\ne')]);
    assert.deepEqual(lines.map(String), ['a', 'b', 'c\rd']);
  });

  it('keeps NUL and invalid UTF-8 unchanged', () => {
    const line = Buffer.from([0x00, 0xff, 0xc3, 0x28, 0x00]);
    assert.deepEqual(scan([line, Buffer.from('\n')]).lines, [line]);
  });

  it('returns the beginning of a line over 64 KiB with its full length, and continues', () => {
    const long = Buffer.alloc(200_000, 'x');
    const { lines, overlongLines } = scan([Buffer.from('a\r\n'), long, Buffer.from('\r\nb\r\n')]);
    assert.deepEqual(
      lines.map(({ length }) => length),
      [1, 65_536, 1],
    );
    assert.equal(overlongLines, 1);
    const exact = scan([Buffer.alloc(65_536, 'x'), Buffer.from('\r'), Buffer.from('\n')]);
    assert.deepEqual([exact.lines[0]?.length, exact.overlongLines], [65_536, 0]);
  });
});
