import type { CollectedLine } from '../kafka/collected-line.ts';
import { TALLY_WINDOW_MS } from '../kafka/coverage-record.ts';

/** What a tally needs to know of a line: whether it counts, and in which window. */
export type CountedLine = Pick<CollectedLine, 'receivedAtMs' | 'isMessage'>;

/**
 * Counts the messages of a segment by the window in which they arrived ({@link TALLY_WINDOW_MS}). The counts stay in memory, so that the tallies
 * come out right even if the file is lost or damaged.
 */
export class SpillMessages {
  readonly #counts = new Map<number, number>();

  add(lines: readonly CountedLine[]): void {
    for (const line of lines) this.#count(line, 1);
  }

  /** Subtracts the lines that were read back. Returns the other messages, each dated to the start of its window. */
  missing(cameBack: readonly CountedLine[]): CountedLine[] {
    for (const line of cameBack) this.#count(line, -1);
    return [...this.#counts].flatMap(([receivedAtMs, count]) =>
      Array.from({ length: Math.max(0, count) }, () => ({ receivedAtMs, isMessage: true })),
    );
  }

  #count({ receivedAtMs, isMessage }: CountedLine, by: 1 | -1): void {
    if (!isMessage) return;
    const startMs = Math.floor(receivedAtMs / TALLY_WINDOW_MS) * TALLY_WINDOW_MS;
    this.#counts.set(startMs, (this.#counts.get(startMs) ?? 0) + by);
  }
}
