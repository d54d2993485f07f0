import type { Nearness } from './relations.ts';
import { orderOf } from './order.ts';

export interface Point {
  x: number;
  y: number;
}

const STEPS = 400;
/** How strongly all points are drawn to the middle, so that those without relations do not fly away. */
const GRAVITY = 0.06;

/**
 * Points in a square from 0 to 1, near each other if their channels are. Springs pull related points together, and all points push each other
 * away (Fruchterman and Reingold, 1991). They begin on a circle in the order of their relations, so the same input gives the same map.
 */
export function layoutOf(nearness: Nearness): Point[] {
  const count = nearness.length;
  const nearest = Math.max(...nearness.flat(), Number.MIN_VALUE);
  const points: Point[] = Array.from({ length: count }, () => ({ x: 0, y: 0 }));
  for (const [at, index] of orderOf(nearness).entries()) {
    const angle = (2 * Math.PI * at) / count;
    points[index] = { x: Math.cos(angle), y: Math.sin(angle) };
  }
  const ideal = Math.sqrt(4 / Math.max(count, 1));
  for (let step = 0; step < STEPS; step++) {
    const longest = 0.2 * (1 - step / STEPS);
    const pulls = points.map((point, one) => pullOn(point, one));
    for (const [index, pull] of pulls.entries()) {
      const point = points[index];
      if (point === undefined) continue;
      const length = Math.hypot(pull.x, pull.y);
      const scale = length > longest ? longest / length : 1;
      points[index] = { x: point.x + pull.x * scale, y: point.y + pull.y * scale };
    }
  }
  return inSquare(points);

  function pullOn(point: Point, one: number): Point {
    const pull = { x: -point.x * GRAVITY, y: -point.y * GRAVITY };
    for (const [other, { x, y }] of points.entries()) {
      if (other === one) continue;
      const [dx, dy] = [x - point.x, y - point.y];
      const distance = Math.max(Math.hypot(dx, dy), 1e-6);
      const spring = ((nearness[one]?.[other] ?? 0) / nearest) * (distance / ideal);
      const force = spring - (ideal / distance) ** 2;
      pull.x += dx * force * 0.1;
      pull.y += dy * force * 0.1;
    }
    return pull;
  }
}

/** Stretched to the square. */
function inSquare(points: Point[]): Point[] {
  const stretched = (values: number[]): number[] => {
    const [from, to] = [Math.min(...values), Math.max(...values)];
    return values.map((value) => (to - from < 1e-9 ? 0.5 : (value - from) / (to - from)));
  };
  const xs = stretched(points.map(({ x }) => x));
  const ys = stretched(points.map(({ y }) => y));
  return points.map((_point, index) => ({ x: rounded(xs[index]), y: rounded(ys[index]) }));
}

/** A thousandth of the map is less than a pixel of a phone. */
const rounded = (value = 0.5): number => Math.round(value * 1_000) / 1_000;
