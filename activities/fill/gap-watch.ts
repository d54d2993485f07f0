import type { CoverageRecord } from '../kafka/coverage-record.ts';
import type { Gap } from './gap.ts';

/** Finds gaps in the coverage records of one collector: from a loss to the next join of the channel. An end on purpose begins none. */
export class GapWatch {
  /** By channel id: since when it is not heard. */
  readonly #lostSince = new Map<string, number>();
  readonly #joined = new Set<string>();
  readonly #onGap: (gap: Gap) => void;

  constructor(onGap: (gap: Gap) => void) {
    this.#onGap = onGap;
  }

  /** An earlier attempt, perhaps by a process that did not report a loss, heard the channel up to this time. */
  heardUntil(channelId: string, atMs: number): void {
    if (!this.#joined.has(channelId) && !this.#lostSince.has(channelId)) this.#lostSince.set(channelId, atMs);
  }

  take(record: CoverageRecord): void {
    if (record.kind === 'tally' || record.kind === 'fill') return;
    const { kind, channelId, channelLogin } = record;
    const atMs = Date.parse(record.at);
    const fromMs = this.#lostSince.get(channelId);
    if (kind === 'join') this.#joined.add(channelId);
    else this.#joined.delete(channelId);
    if (kind === 'loss') this.#lostSince.set(channelId, fromMs ?? atMs);
    else this.#lostSince.delete(channelId);
    if (kind === 'join' && fromMs !== undefined && fromMs < atMs)
      this.#onGap({ channelId, channelLogin, fromMs, untilMs: atMs });
  }
}
