import type { Nearness } from './relations.ts';

/**
 * An order of channels in which related ones are neighbours, as their indexes. It begins with the nearest pair. The channel that is nearest to
 * the first or the last one of the row comes next to it. Where nothing is near, the order of the indexes decides.
 */
export function orderOf(nearness: Nearness): number[] {
  const near = (one: number, other: number): number => nearness[one]?.[other] ?? 0;
  const left = new Set(nearness.keys());
  const row: number[] = [];
  const put = (index: number, end: 'first' | 'last'): void => {
    left.delete(index);
    if (end === 'first') row.unshift(index);
    else row.push(index);
  };
  const pair = nearestPair(nearness);
  for (const index of pair ?? []) put(index, 'last');
  while (left.size > 0) {
    let best: { index: number; end: 'first' | 'last'; value: number } = {
      index: Math.min(...left),
      end: 'last',
      value: 0,
    };
    for (const index of left)
      for (const end of ['last', 'first'] as const) {
        const neighbour = end === 'last' ? row.at(-1) : row[0];
        const value = neighbour === undefined ? 0 : near(neighbour, index);
        if (value > best.value) best = { index, end, value };
      }
    put(best.index, best.end);
  }
  return row;
}

function nearestPair(nearness: Nearness): [number, number] | undefined {
  let best: { pair: [number, number]; value: number } | undefined;
  for (const [one, values] of nearness.entries())
    for (const [other, value] of values.entries())
      if (other > one && value > (best?.value ?? 0)) best = { pair: [one, other], value };
  return best?.pair;
}
