/** A channel that is compared with others. */
export interface Crowd {
  name: string;
  /** Names the channel: no other has the same. */
  place: number;
  chatters: number;
}

/** Two channels, by their places, and how many people wrote in both. */
export interface Overlap {
  place: number;
  otherPlace: number;
  shared: number;
}

/** How near channels are to each other, by their indexes: 0 for nothing in common, 1 for the same chatters. */
export type Nearness = readonly (readonly number[])[];

/** The people of both channels, compared with the geometric mean of their chatters: so a large channel is not near to all others. */
export function nearnessOf(crowds: readonly Crowd[], overlaps: readonly Overlap[]): Nearness {
  const indexOf = new Map(crowds.map(({ place }, index) => [place, index]));
  const nearness = crowds.map(() => crowds.map(() => 0));
  for (const { place, otherPlace, shared } of overlaps) {
    const [one, other] = [indexOf.get(place), indexOf.get(otherPlace)];
    if (one === undefined || other === undefined) continue;
    const mean = Math.sqrt((crowds[one]?.chatters ?? 0) * (crowds[other]?.chatters ?? 0));
    for (const [row, column] of [
      [one, other],
      [other, one],
    ] as const)
      (nearness[row] ?? [])[column] = mean === 0 ? 0 : shared / mean;
  }
  return nearness;
}

/** The crowds that rows of pairs name, those with the most chatters first. */
export function crowdsOf(rows: readonly Crowd[]): Crowd[] {
  const crowds = new Map(rows.map(({ name, place, chatters }) => [place, { name, place, chatters }]));
  return [...crowds.values()].toSorted((a, b) => b.chatters - a.chatters || a.place - b.place);
}
