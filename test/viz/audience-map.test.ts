import assert from 'node:assert/strict';
import { haveRoom } from '../../viz/charts/audience/label-room.ts';
import { layoutOf } from '../../viz/charts/audience/layout.ts';
import { orderOf } from '../../viz/charts/audience/order.ts';
import { nearnessOf } from '../../viz/charts/audience/relations.ts';
import type { Nearness } from '../../viz/charts/audience/relations.ts';

/** Groups of five channels each, whose chatters are alike; groups have little in common. */
const groups = (count: number): Nearness =>
  Array.from({ length: count * 5 }, (_, one) =>
    Array.from({ length: count * 5 }, (_other, other) => {
      if (one === other) return 0;
      return one % count === other % count ? 0.4 : 0.01;
    }),
  );

describe('nearnessOf(crowds, overlaps)', () => {
  const crowds = [400, 100, 25].map((chatters, index) => ({ name: `c${index}`, place: index + 1, chatters }));

  it('compares the people of both with the mean of their chatters, in both directions', () => {
    assert.deepEqual(nearnessOf(crowds, [{ place: 1, otherPlace: 2, shared: 50 }]), [
      [0, 0.25, 0],
      [0.25, 0, 0],
      [0, 0, 0],
    ]);
  });
  it('leaves out channels that are not compared', () => {
    assert.deepEqual(nearnessOf(crowds.slice(0, 1), [{ place: 1, otherPlace: 9, shared: 50 }]), [[0]]);
  });
});

describe('orderOf(nearness)', () => {
  it('has each channel once, and related ones beside each other', () => {
    const order = orderOf(groups(4));
    assert.deepEqual(order.toSorted((a, b) => a - b), [...groups(4).keys()]); // prettier-ignore
    const changes = order.filter((index, at) => at > 0 && index % 4 !== (order[at - 1] ?? 0) % 4);
    assert.equal(changes.length, 3);
  });
  it('puts a channel at the end to which it is nearest', () => {
    const nearness = [
      [0, 0.9, 0.5, 0],
      [0.9, 0, 0, 0.4],
      [0.5, 0, 0, 0],
      [0, 0.4, 0, 0],
    ];
    assert.deepEqual(orderOf(nearness), [2, 0, 1, 3]);
  });
  it('keeps the order of channels that have nothing in common', () => {
    assert.deepEqual(orderOf([[0, 0, 0], [0, 0, 0], [0, 0, 0]]), [0, 1, 2]); // prettier-ignore
    assert.deepEqual(orderOf([]), []);
  });
});

describe('layoutOf(nearness)', () => {
  const distance = (one: { x: number; y: number } | undefined, other: { x: number; y: number } | undefined): number =>
    Math.hypot((one?.x ?? NaN) - (other?.x ?? NaN), (one?.y ?? NaN) - (other?.y ?? NaN));

  it('makes the same map of the same channels', () => {
    assert.deepEqual(layoutOf(groups(6)), layoutOf(groups(6)));
  });
  it('puts each channel nearer to all of its group than to any other', () => {
    const count = 4;
    const points = layoutOf(groups(count));
    for (const [one, point] of points.entries()) {
      const to = (isNear: boolean): number[] =>
        points.flatMap((other, index) =>
          index !== one && (index % count === one % count) === isNear ? [distance(point, other)] : [],
        );
      assert.ok(Math.max(...to(true)) < Math.min(...to(false)), `channel ${one}`);
    }
  });
  it('fills the square, and lays no channel upon another', () => {
    const points = layoutOf(groups(10));
    for (const axis of ['x', 'y'] as const) {
      assert.equal(Math.min(...points.map((point) => point[axis])), 0);
      assert.equal(Math.max(...points.map((point) => point[axis])), 1);
    }
    for (const [one, point] of points.entries())
      for (const other of points.slice(one + 1)) assert.ok(distance(point, other) > 0.01);
  });
  it('puts a single channel in the middle, and unrelated ones apart', () => {
    assert.deepEqual(layoutOf([[0]]), [{ x: 0.5, y: 0.5 }]);
    assert.deepEqual(layoutOf([]), []);
    const [one, other] = layoutOf([[0, 0], [0, 0]]); // prettier-ignore
    assert.ok(distance(one, other) >= 1);
  });
});

describe('haveRoom(labels)', () => {
  it('leaves out a label that would lie over an earlier one', () => {
    const labels = [
      { x: 0.5, y: 0.5, text: 'haneul' },
      { x: 0.52, y: 0.51, text: 'narae' },
      { x: 0.5, y: 0.9, text: 'gaon' },
    ];
    assert.deepEqual(haveRoom(labels), [true, false, true]);
  });
  it('counts wide letters as wide', () => {
    const beside = (text: string): boolean[] =>
      haveRoom([
        { x: 0.4, y: 0.5, text },
        { x: 0.6, y: 0.5, text },
      ]);
    assert.deepEqual(beside('abcdef'), [true, true]);
    assert.deepEqual(beside('가나다라마바'), [true, false]);
  });
});
