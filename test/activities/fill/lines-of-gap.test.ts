import assert from 'node:assert/strict';
import { limitOf, linesOfGap } from '../../../activities/fill/lines-of-gap.ts';
import type { Gap } from '../../../activities/fill/gap.ts';
import type { RecentAnswer } from '../../../activities/fill/recent-messages.ts';

const NOW_MS = Date.parse('2026-11-25T14:10:00Z');
const GAP: Gap = { channelId: '7', channelLogin: 'haru', fromMs: NOW_MS - 100_000, untilMs: NOW_MS - 40_000 };

const said = (secondsAgo: number, tags = 'room-id=7', login = 'haru'): string =>
  `@id=m-${secondsAgo};${tags};tmi-sent-ts=${NOW_MS - secondsAgo * 1000} :mina!mina@mina.tmi.twitch.tv PRIVMSG #${login} :hi`;
const UNTIMED = '@id=m;room-id=7 :mina!mina@mina.tmi.twitch.tv PRIVMSG #haru :hi';
const answer = (lines: string[], more: Partial<RecentAnswer> = {}): RecentAnswer => ({
  lines: lines.map((line) => Buffer.from(line)),
  unusable: 0,
  error: undefined,
  aheadMs: 0,
  ...more,
});
const whole = { fromMs: GAP.fromMs, untilMs: GAP.untilMs };

describe('linesOfGap(gap, answer)', () => {
  for (const [title, given, lines, filled] of [
    ['the whole gap, if a line is older', answer([said(110), said(80), said(10)]), 3, whole],
    ['the part after the oldest line', answer([said(80), said(10)]), 2, { ...whole, fromMs: NOW_MS - 79_000 }],
    [
      'nearly the whole gap, if a line is hardly older',
      answer([said(100.4)]),
      1,
      { ...whole, fromMs: NOW_MS - 99_400 },
    ],
    ['the whole gap in a room where nobody said anything', answer([said(900)]), 0, whole],
    ['the whole gap, if a line is days older, which is not sent again', answer([said(260_000), said(80)]), 1, whole],
    ['nothing if a line has no time', answer([said(110), UNTIMED, said(80)]), 2, undefined],
    ['nothing if the time of a line is impossible', answer([said(NOW_MS / 1000), said(80)]), 1, undefined],
    ['nothing if all lines are newer', answer([said(20)]), 1, undefined],
    ['nothing of an empty answer', answer([]), 0, undefined],
    ['nothing if the service does not listen', answer([said(110), said(80)], { error: 'not joined' }), 2, undefined],
    ['nothing if its clock is ahead', answer([said(110), said(80)], { aheadMs: 60_000 }), 2, undefined],
    ['nothing if its clock is behind', answer([said(110), said(80)], { aheadMs: -60_000 }), 2, undefined],
    ['nothing if an entry is no line', answer([said(110), said(80)], { unusable: 1 }), 2, undefined],
    ['nothing if a line is of another room', answer([said(110), said(80, 'room-id=8')]), 1, undefined],
    ['nothing if a line is of another channel', answer([said(110), said(80, 'room-id=7', 'bom')]), 1, undefined],
    ['nothing if a line cannot be read', answer([said(110), 'NONSENSE #haru']), 1, undefined],
  ] as const) {
    it(`fills ${title}`, () => {
      const found = linesOfGap(GAP, given, NOW_MS);
      assert.equal(found.lines.length, lines);
      assert.deepEqual(found.filled, filled);
    });
  }

  it('gives lines the key of the channel and the time at which they were said', () => {
    const cleared = `@tmi-sent-ts=${NOW_MS - 50_000};rm-received-ts=${NOW_MS - 49_000} :tmi.twitch.tv CLEARCHAT #haru`;
    const { lines } = linesOfGap(GAP, answer([said(110), cleared]), NOW_MS);
    assert.deepEqual(
      lines.map(({ key, receivedAtMs, isMessage }) => [key, receivedAtMs - NOW_MS, isMessage]),
      [
        ['7', -110_000, true],
        ['7', -50_000, false],
      ],
    );
  });

  it('asks for ten lines a second, at least 100 and at most 800', () => {
    const asked = [1, 10, 30, 60, 3_600].map((seconds) => limitOf({ ...GAP, fromMs: NOW_MS - seconds * 1000 }, NOW_MS));
    assert.deepEqual(asked, [100, 100, 300, 600, 800]);
  });
});
