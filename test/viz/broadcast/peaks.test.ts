import assert from 'node:assert/strict';
import { findPeaks } from '../../../viz/broadcast/peaks.ts';

const HOUR = 360;
const DAY = 24 * HOUR;

/** A chat with the same number of messages in each slot, but for these. */
const flat = (slots: number, usual: number, others: Record<number, number | null> = {}): (number | null)[] =>
  Array.from({ length: slots }, (_, slot) => (slot in others ? (others[slot] ?? null) : usual));

const slotsOf = (messages: (number | null)[]): number[] => findPeaks(messages).map(({ slot }) => slot);

/** Messages that come by chance, the same in each run. */
function byChance(slots: number, mean: number): number[] {
  let state = 7;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: slots }, () => {
    let [messages, product] = [0, random()];
    for (const limit = Math.exp(-mean); product > limit; product *= random()) messages += 1;
    return messages;
  });
}

describe('findPeaks(messages)', () => {
  it('finds the known peaks of a stream, the most prominent first, each as a multiple of the usual messages', () => {
    assert.deepEqual(findPeaks(flat(HOUR, 4, { 60: 20, 180: 40, 300: 30 })), [
      { slot: 180, messages: 40, times: 10 },
      { slot: 300, messages: 30, times: 7.5 },
      { slot: 60, messages: 20, times: 5 },
    ]);
  });
  it('compares with the minutes around, so that a busy hour is no peak', () => {
    const messages = [...flat(HOUR, 2), ...flat(HOUR, 50)];
    messages[100] = 20;
    messages[500] = 60;
    assert.deepEqual(slotsOf(messages), [100]);
  });
  it('puts a burst of a busy chat before one of a quiet chat that is higher as a multiple', () => {
    const messages = [...flat(HOUR, 1, { 100: 9 }), ...flat(HOUR, 50, { 100: 200 })];
    assert.deepEqual(slotsOf(messages), [460, 100]);
  });
  it('takes peaks less than a minute apart for one, and the highest counts', () => {
    assert.deepEqual(slotsOf(flat(HOUR, 4, { 100: 30, 103: 40, 105: 35 })), [103]);
    assert.deepEqual(slotsOf(flat(HOUR, 4, { 100: 30, 105: 40 })), [105]);
  });
  it('takes peaks a minute apart for two', () => {
    assert.deepEqual(slotsOf(flat(HOUR, 4, { 100: 30, 106: 40 })), [106, 100]);
  });
  it('takes a burst of minutes for one peak', () => {
    const burst = Object.fromEntries(Array.from({ length: 18 }, (_, at) => [100 + at, 30 + (at === 9 ? 5 : 0)]));
    assert.deepEqual(slotsOf(flat(HOUR, 4, burst)), [109]);
  });
  it('puts the earlier of equal peaks first, within a burst too', () => {
    assert.deepEqual(slotsOf(flat(HOUR, 4, { 200: 40, 100: 40 })), [100, 200]);
    assert.deepEqual(slotsOf(flat(HOUR, 4, { 100: 40, 103: 40 })), [100]);
  });
  it('finds no peak where a quiet chat wakes up a little', () => {
    assert.deepEqual(findPeaks(flat(HOUR, 0, { 100: 3, 200: 5 })), []);
  });
  it('finds a burst of a silent chat, as a multiple of one message', () => {
    assert.deepEqual(findPeaks(flat(HOUR, 0, { 100: 12 })), [{ slot: 100, messages: 12, times: 12 }]);
  });
  it('finds no peak below twice the usual', () => {
    assert.deepEqual(findPeaks(flat(HOUR, 100, { 100: 199 })), []);
    assert.deepEqual(slotsOf(flat(HOUR, 100, { 100: 200 })), [100]);
  });
  it('finds next to none in messages that come by chance', () => {
    for (const mean of [0.3, 1, 4, 20]) {
      const peaks = findPeaks(byChance(6 * HOUR, mean));
      assert.ok(peaks.length <= 3, `${peaks.length} peaks at ${mean} messages in ten seconds`);
    }
  });
  it('finds peaks among messages that come by chance', () => {
    const messages = byChance(6 * HOUR, 6);
    for (const slot of [400, 1_200, 2_000]) messages[slot] = 60;
    assert.deepEqual(slotsOf(messages).slice(0, 3).sort((a, b) => a - b), [400, 1_200, 2_000]); // prettier-ignore
  });
  it('finds the first and the last peaks at the ends of a stream', () => {
    assert.deepEqual(slotsOf(flat(HOUR, 4, { 0: 40, 359: 30 })), [0, 359]);
  });
  it('finds at most ten', () => {
    const peaks = Object.fromEntries(Array.from({ length: 15 }, (_, at) => [20 + at * 20, 20 + at]));
    const found = slotsOf(flat(HOUR, 4, peaks));
    assert.deepEqual(found, Array.from({ length: 10 }, (_, at) => 300 - at * 20)); // prettier-ignore
  });
  it('finds none without messages, in a stream of a minute, and without slots', () => {
    assert.deepEqual(findPeaks(flat(DAY, 0)), []);
    assert.deepEqual(findPeaks([1, 2, 90, 1, 0, 1]), []);
    assert.deepEqual(findPeaks([500]), []);
    assert.deepEqual(findPeaks([]), []);
  });
  it('finds the peak of a stream of five minutes', () => {
    assert.deepEqual(slotsOf(flat(30, 3, { 15: 30 })), [15]);
  });
  it('does not take times in which nobody listened for silence', () => {
    const gap = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [100 + at, null]));
    assert.deepEqual(findPeaks(flat(HOUR, 30, gap)), []);
    assert.deepEqual(findPeaks(flat(HOUR, 0, Object.fromEntries(Array.from({ length: 360 }, (_, at) => [at, null])))), []); // prettier-ignore
    // Alone between gaps: nobody knows what is usual there.
    assert.deepEqual(findPeaks([...flat(60, 0).map(() => null), 50, ...flat(60, 0).map(() => null)]), []);
  });
  it('finds the peaks of two days of a chat as busy as any', () => {
    const messages = byChance(2 * DAY, 40).map((count) => count * 10);
    messages[9_000] = 9_000;
    assert.equal(findPeaks(messages)[0]?.slot, 9_000);
    assert.equal(findPeaks(messages).length <= 10, true);
  });
});
