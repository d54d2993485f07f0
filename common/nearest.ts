import leven from 'leven';

/** The name that was probably meant. Up to a third of its letters may differ. Ignores case, `-` and `_`. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string): string => text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  const wanted = plain(name).slice(0, 100);
  const [best] = names
    .map((known) => ({ known, distance: leven(wanted, plain(known)) }))
    .filter(({ known, distance }) => distance <= Math.max(1, Math.floor(plain(known).length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best?.known;
}
