import assert from 'node:assert/strict';
import { viewers } from '../../viz/charts/day/viewers.ts';
import { longestBetweenPolls, withBreaks } from '../../viz/charts/line-breaks.ts';
import { localeOf } from '../../viz/locale.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 25, 12, minute)).toISOString();
const points = (...minutes: number[]): { at: string; viewers: number | null }[] =>
  minutes.map((minute) => ({ at: at(minute), viewers: 5 }));

describe('a line over time', () => {
  it('breaks where the next point is too far away', () => {
    const broken = withBreaks(points(0, 1, 2, 9), 3 * 60_000, (time) => ({ at: time, viewers: null }));
    assert.deepEqual(broken, [...points(0, 1, 2), { at: at(5), viewers: null }, ...points(9)]);
  });
  it('does not break where one poll or two are missing', () => {
    assert.equal(longestBetweenPolls(points(0, 1, 1, 2, 3, 60)), 3 * 60_000);
    const polls = points(0, 1, 4, 5, 6);
    assert.deepEqual(withBreaks(polls, longestBetweenPolls(polls), assert.fail), polls);
  });
  it('is whole if there is no usual distance', () => {
    assert.equal(longestBetweenPolls(points(3)), Infinity);
    assert.equal(longestBetweenPolls([]), Infinity);
  });
  it('of viewers breaks while its channel was not live, by the polls of all', () => {
    const rows = [0, 1, 2, 3, 30, 31].map((minute) => ({ channel: 'haneul', place: 1, at: at(minute), viewers: 100 }));
    const others = Array.from({ length: 32 }, (_, minute) => ({
      channel: 'narae',
      place: 2,
      at: at(minute),
      viewers: 9,
    }));
    const { data } = viewers.draw([...rows, ...others], localeOf('en'));
    assert.deepEqual(data[0]?.['y'], [100, 100, 100, 100, null, 100, 100]);
    assert.equal((data[1]?.['y'] as unknown[]).includes(null), false);
  });
});
