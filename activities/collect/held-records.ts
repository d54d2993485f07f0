import type { CoverageRecord, ListeningRecord } from '../kafka/coverage-record.ts';

/** What is held of one channel: the end of the listening that was reported, and the begin of the current one. */
interface Held {
  closing?: ListeningRecord;
  opening?: ListeningRecord;
}

/** Above this number of channels, only the ends of reported listening are held: there are no more of those than joined rooms. */
const MOST_CHANNELS = 10_000;

/**
 * Holds coverage records that neither memory nor disk has room for while Kafka is down: at most two per channel. Coverage then claims less
 * than was heard, and never more. One is the first loss after a reported join, since coverage would claim too much without it. The other is
 * the latest join that has not ended. What was heard between the two is left out.
 */
export class HeldRecords {
  /** Channels whose last record that was passed on is a join. */
  readonly #told = new Set<string>();
  readonly #held = new Map<string, Held>();
  #leftOut = 0;

  /** Call it with every record that is passed on. */
  passed(record: CoverageRecord): void {
    if (record.kind === 'tally' || record.kind === 'fill') return;
    if (record.kind === 'join') this.#told.add(record.channelId);
    else this.#told.delete(record.channelId);
  }

  hold(record: ListeningRecord): void {
    const held = this.#held.get(record.channelId);
    const changed = record.kind === 'join' ? { ...held, opening: record } : { closing: held?.closing ?? record };
    if (held?.opening !== undefined || (record.kind !== 'join' && held?.closing !== undefined)) this.#leftOut += 1;
    const mustBeHeld = record.kind !== 'join' && this.#told.has(record.channelId);
    if (held !== undefined || mustBeHeld || this.#held.size < MOST_CHANNELS) this.#held.set(record.channelId, changed);
    else this.#leftOut += 1;
  }

  /** Hands all records over and is empty. */
  take(): { records: ListeningRecord[]; leftOut: number } {
    const records = [...this.#held.values()].flatMap(({ closing, opening }) => [closing ?? [], opening ?? []].flat());
    const leftOut = this.#leftOut;
    this.#held.clear();
    this.#leftOut = 0;
    return { records, leftOut };
  }
}
