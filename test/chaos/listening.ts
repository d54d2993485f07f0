/** A row of yellow's coverage table. Times are in milliseconds since 1970. */
export interface CoverageRow {
  kind: 'join' | 'loss' | 'end' | 'tally';
  /** The collector run: `a-mgk3x2-4711`. */
  collector: string;
  channelLogin: string | null;
  atMs: number;
}

export interface ListeningSpan {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
}

const TALLY_WINDOW_MS = 10_000;
/** Order of records with the same time: the one that claims less comes later. */
const ORDER = { tally: 0, join: 1, loss: 2, end: 3 };

/**
 * When coverage claims that a channel was listened to, by the rule in docs/tables.md: a run listened from each join to its next loss or
 * end, but not longer than the end of its last reported window.
 */
export class Listening {
  readonly #heard = new Map<string, ListeningSpan[]>();

  constructor(rows: readonly CoverageRow[]) {
    const lastSign = new Map<string, number>();
    for (const { kind, collector, atMs } of rows) {
      if (kind !== 'tally') continue;
      lastSign.set(collector, Math.max(lastSign.get(collector) ?? 0, atMs + TALLY_WINDOW_MS));
    }
    const joined = new Map<string, number>();
    for (const { kind, collector, channelLogin, atMs } of [...rows].sort(byTime)) {
      if (kind === 'tally' || channelLogin === null) continue;
      const run = `${collector}/${channelLogin}`;
      const fromMs = joined.get(run);
      if (kind === 'join') joined.set(run, fromMs ?? atMs);
      else if (fromMs !== undefined) {
        this.#add(channelLogin, { fromMs, toMs: Math.min(atMs, lastSign.get(collector) ?? fromMs) });
        joined.delete(run);
      }
    }
    for (const [run, fromMs] of joined) {
      const [collector = '', channelLogin = ''] = run.split('/');
      this.#add(channelLogin, { fromMs, toMs: lastSign.get(collector) ?? fromMs });
    }
  }

  /** The logins of all channels that were ever listened to. */
  get channelLogins(): string[] {
    return [...this.#heard.keys()];
  }

  heard(channelLogin: string): readonly ListeningSpan[] {
    return this.#heard.get(channelLogin) ?? [];
  }

  /** Whether some collector claims to have listened to the channel at that time. */
  claims(channelLogin: string, atMs: number): boolean {
    return (this.#heard.get(channelLogin) ?? []).some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  }

  #add(channelLogin: string, heard: ListeningSpan): void {
    const all = this.#heard.get(channelLogin) ?? [];
    all.push(heard);
    this.#heard.set(channelLogin, all);
  }
}

function byTime(a: CoverageRow, b: CoverageRow): number {
  return a.atMs - b.atMs || ORDER[a.kind] - ORDER[b.kind];
}
