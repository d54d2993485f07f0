import assert from 'node:assert/strict';
import { GapWatch } from '../../../activities/fill/gap-watch.ts';
import type { Gap } from '../../../activities/fill/gap.ts';
import type { CoverageRecord } from '../../../activities/kafka/coverage-record.ts';

const CHANNEL = { channelId: '7', channelLogin: 'haru' };

/** `join 5`: a record of the channel at second 5. */
function recordOf(text: string): CoverageRecord {
  const [kind, second] = text.split(' ');
  const at = new Date(Number(second) * 1000).toISOString();
  return { kind: kind as 'join' | 'loss' | 'end', collector: 'a', ...CHANNEL, at };
}

describe('GapWatch', () => {
  for (const [rule, before, records, gaps] of [
    ['a loss, until the next join', undefined, ['join 1', 'loss 5', 'join 9'], [[5, 9]]],
    ['the first of several losses', undefined, ['loss 5', 'loss 6', 'join 9'], [[5, 9]]],
    ['each loss after a join', undefined, ['loss 5', 'join 9', 'loss 11', 'join 12'], [[5, 9], [11, 12]]], // prettier-ignore
    ['no end on purpose', undefined, ['join 1', 'end 5', 'join 9'], []],
    ['no loss that ends with the wish', undefined, ['loss 5', 'end 6', 'join 9'], []],
    ['no loss that has not ended', undefined, ['join 1', 'loss 5'], []],
    ['what an earlier run heard last', 3, ['join 9'], [[3, 9]]],
    ['what an earlier run heard last, also after a loss', 3, ['loss 7', 'join 9'], [[3, 9]]],
    ['nothing if an earlier run heard it later than it was joined', 10, ['join 9', 'loss 12'], []],
  ] as const) {
    it(`finds ${rule}`, () => {
      const found: Gap[] = [];
      const watch = new GapWatch((gap) => found.push(gap));
      if (before !== undefined) watch.heardUntil('7', before * 1000);
      for (const text of records) watch.take(recordOf(text));
      assert.deepEqual(
        found,
        gaps.map(([from, until]) => ({ ...CHANNEL, fromMs: from * 1000, untilMs: until * 1000 })),
      );
    });
  }

  it('leaves out what an earlier attempt heard if the channel is joined already', () => {
    const found: Gap[] = [];
    const watch = new GapWatch((gap) => found.push(gap));
    watch.take(recordOf('join 1'));
    watch.heardUntil('7', 3_000);
    for (const text of ['loss 50', 'join 60']) watch.take(recordOf(text));
    assert.deepEqual(found, [{ ...CHANNEL, fromMs: 50_000, untilMs: 60_000 }]);
  });

  it('keeps channels apart, and knows a channel by its id when it is renamed', () => {
    const found: Gap[] = [];
    const watch = new GapWatch((gap) => found.push(gap));
    watch.take(recordOf('loss 5'));
    watch.take({ ...recordOf('join 6'), channelId: '8', channelLogin: 'bom' } as CoverageRecord);
    assert.deepEqual(found, []);
    watch.take({ ...recordOf('join 9'), channelLogin: 'haru_tv' } as CoverageRecord);
    assert.deepEqual(found, [{ channelId: '7', channelLogin: 'haru_tv', fromMs: 5_000, untilMs: 9_000 }]);
  });
});
