import type { CoverageRecord } from '../kafka/coverage-record.ts';

type ListeningRecord = Exclude<CoverageRecord, { kind: 'tally' }>;

/** What is held of one channel: the end of what was told of it, and the beginning of what is heard now. */
interface Held {
  closing?: ListeningRecord;
  opening?: ListeningRecord;
}

/** Channels beyond this many have only the ends of what was told of them held: those are no more than rooms were joined. */
const MOST_CHANNELS = 10_000;

/**
 * Coverage records that neither memory nor disk has room for while Kafka is away: at most two a channel, so that coverage claims less than
 * was heard, and never more. The first loss after a join that was told is held, since without it the join would be believed too long; then
 * the latest join, while nothing has ended it. What was heard and lost between the two is left out.
 */
export class HeldRecords {
  /** Channels of which the last record that was passed on is a join. */
  readonly #told = new Set<string>();
  readonly #held = new Map<string, Held>();
  #leftOut = 0;

  /** Told of every record that is passed on. */
  passed(record: CoverageRecord): void {
    if (record.kind === 'tally') return;
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

  /** Gives all that is held, and has none any more. */
  take(): { records: ListeningRecord[]; leftOut: number } {
    const records = [...this.#held.values()].flatMap(({ closing, opening }) => [closing ?? [], opening ?? []].flat());
    const leftOut = this.#leftOut;
    this.#held.clear();
    this.#leftOut = 0;
    return { records, leftOut };
  }
}
