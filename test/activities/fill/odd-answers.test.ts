import assert from 'node:assert/strict';
import { linesOfGap } from '../../../activities/fill/lines-of-gap.ts';
import { recentMessagesOf } from '../../../activities/fill/recent-messages.external.ts';
import { Random } from '../../simulation/random.ts';

const ANSWERS = 20_000;
const NOW_MS = Date.parse('2026-11-25T14:10:00Z');
const GAP = { channelId: '7', channelLogin: 'haru', fromMs: NOW_MS - 100_000, untilMs: NOW_MS - 40_000 };
/** Parts of lines, each in a form that breaks something. */
const PARTS = ['@', ';', ' ', ':', '=', '#HARU', 'PRIVMSG', 'CLEARCHAT', 'tmi-sent-ts=', String(NOW_MS - 80_000), '-1', '9'.repeat(20), 'id=', 'room-id=', 'room-id=8', '\\s', '\0', '\ud800', '\r', '\t', '@;', '__proto__=1']; // prettier-ignore

function lineOf(random: Random): string {
  const sentMs = NOW_MS - random.below(300_000);
  const line = `@id=${random.below(1e9)};room-id=7;tmi-sent-ts=${sentMs} :mina!mina@mina PRIVMSG #haru :hi`;
  if (random.chance(0.7)) return line;
  const at = random.below(line.length);
  return line.slice(0, at) + random.pick(PARTS) + line.slice(at + random.below(6));
}

function valueOf(random: Random, depth = 0): unknown {
  const inner = (): unknown => valueOf(random, depth + 1);
  const list = (of: () => unknown): unknown[] => Array.from({ length: random.below(6) }, of);
  if (depth > 3) return null;
  return random.pick([
    () => null,
    () => random.next() * 1e20,
    () => lineOf(random),
    () => list(inner),
    () => ({ messages: inner(), error: inner(), error_code: inner() }),
    () => ({ messages: list(() => (random.chance(0.9) ? lineOf(random) : inner())), error: random.pick([null, '']) }),
  ])();
}

describe('linesOfGap(gap, answer), for random answers', () => {
  it('throws nothing, gives lines of the channel only, and fills nothing if an entry is odd', () => {
    const random = new Random(4);
    const seen = { lines: 0, odd: 0, filled: 0 };
    for (let count = 0; count < ANSWERS; count += 1) {
      const body = valueOf(random);
      const read = recentMessagesOf(body);
      if (read === undefined) continue;
      const { lines, filled, rejected } = linesOfGap(GAP, { ...read, aheadMs: 0 }, NOW_MS);
      const text = JSON.stringify(body);
      for (const { key, line, receivedAtMs } of lines) {
        assert.equal(key, '7', text);
        assert.ok(receivedAtMs >= GAP.fromMs - 60_000 && receivedAtMs <= NOW_MS + 60_000, text);
        assert.doesNotMatch(String(line), /[\r\n\0]/, text);
      }
      seen.lines += lines.length;
      seen.odd += rejected;
      if (filled === undefined) continue;
      seen.filled += 1;
      assert.deepEqual([rejected, read.error, filled.untilMs], [0, undefined, GAP.untilMs], text);
      assert.ok(filled.fromMs >= GAP.fromMs && filled.fromMs < GAP.untilMs, text);
    }
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 500, `${what}: ${count}`);
  });
});
