import type { CollectedLine } from '../kafka/collected-line.ts';
import { tallyWindowMs } from '../kafka/coverage-record.ts';

/** What tallies ask of a line: whether it counts, and in which window. */
export type CountedLine = Pick<CollectedLine, 'receivedAtMs' | 'isMessage'>;

/**
 * How many messages of a segment arrived in each window of {@link tallyWindowMs}. It stays in memory, so that a file which is lost or damaged
 * does not take with it what the tallies have to be told.
 */
export class SpillMessages {
  readonly #counts = new Map<number, number>();

  add(lines: readonly CountedLine[]): void {
    for (const line of lines) this.#count(line, 1);
  }

  /** Takes out those that came back, and gives the rest, each with the start of its window for its time. */
  missing(cameBack: readonly CountedLine[]): CountedLine[] {
    for (const line of cameBack) this.#count(line, -1);
    return [...this.#counts].flatMap(([receivedAtMs, count]) =>
      Array.from({ length: Math.max(0, count) }, () => ({ receivedAtMs, isMessage: true })),
    );
  }

  #count({ receivedAtMs, isMessage }: CountedLine, by: 1 | -1): void {
    if (!isMessage) return;
    const startMs = Math.floor(receivedAtMs / tallyWindowMs) * tallyWindowMs;
    this.#counts.set(startMs, (this.#counts.get(startMs) ?? 0) + by);
  }
}
