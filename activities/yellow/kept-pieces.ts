import type { Disk } from '../../common/disk.ts';
import type { People } from '../opt-out/redact-line.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { Piece } from './pieces.ts';

/** The open hour, and the hours beside it at its edges. */
const MOST_HOURS = 3;

/**
 * Keeps the pieces of open hours from one refinement to the next, so that only new tiles are parsed. They are a function of their tiles and of
 * the people who opted out: if any are lost, they are made again.
 */
export interface KeptPieces {
  /** Removes the pieces of an hour from here. Those with a tile that is not in `tiles`, or made for other people, are gone. */
  take(hour: Hour, tiles: ReadonlySet<string>, people: People | undefined): Promise<Piece[]>;
  /** Keeps the pieces of an hour, in place of earlier ones. The hours that were kept least recently make room. */
  keep(hour: Hour, pieces: Piece[]): Promise<void>;
}

export function createKeptPieces(disk: Disk): KeptPieces {
  const kept = new Map<Hour, Piece[]>();
  let madeFor = '';

  async function remove(hour: Hour): Promise<void> {
    const pieces = kept.get(hour) ?? [];
    kept.delete(hour);
    await removePieces(disk, pieces);
  }

  return {
    async take(hour, tiles, people) {
      const wanted = people === undefined ? '' : JSON.stringify([[...people.ids].sort(), [...people.logins].sort()]);
      // The lines of a user who opts out do not stay here either.
      if (wanted !== madeFor) for (const it of [...kept.keys()]) await remove(it);
      madeFor = wanted;
      const pieces = kept.get(hour) ?? [];
      if (pieces.some((piece) => piece.tiles.some((tile) => !tiles.has(tile)))) await remove(hour);
      const taken = kept.get(hour) ?? [];
      kept.delete(hour);
      return taken;
    },

    async keep(hour, pieces) {
      await remove(hour);
      kept.set(hour, pieces);
      for (const it of [...kept.keys()].slice(0, -MOST_HOURS)) await remove(it);
    },
  };
}

export async function removePieces(disk: Disk, pieces: readonly Piece[]): Promise<void> {
  for (const { directory } of pieces) await disk.remove(directory);
}
