import { LineScanner } from '../../activities/irc/line-scanner.ts';
import { readLineHead, tagOf } from '../../activities/irc/line-kind.ts';

/** One line that the simulated Twitch said in a channel on air. */
export interface SaidLine {
  channelLogin: string;
  /** Without line end, and of a line that is too long only what a collector keeps. */
  line: Buffer;
  atMs: number;
  /** The id of a message or an event; undefined for a line that has none. */
  id: string | undefined;
  isMessage: boolean;
}

/** Everything that was said, whether or not anybody listened: the truth that the lake is held against. */
export class Said {
  readonly lines: SaidLine[] = [];
  readonly #latest = new Map<string, SaidLine>();

  /** @param bytes one line, or several where they hold line feeds */
  add(channelLogin: string, bytes: Buffer, atMs = Date.now()): void {
    const scanner = new LineScanner((view) => {
      const line = Buffer.from(view);
      const id = tagOf(line, 'id');
      const isMessage = readLineHead(line).kind === 'PRIVMSG';
      const said = { channelLogin, line, atMs, id: id === '' ? undefined : id, isMessage };
      this.lines.push(said);
      if (isMessage && said.id !== undefined) this.#latest.set(channelLogin, said);
    });
    scanner.push(Buffer.concat([bytes, Buffer.from('\n')]));
  }

  /** Messages, each id once. */
  get messages(): number {
    return new Set(this.lines.filter(({ isMessage }) => isMessage).map(({ id }) => id)).size;
  }

  /** The last message of each channel that said one after a time. */
  latestSince(ms: number): SaidLine[] {
    return [...this.#latest.values()].filter(({ atMs }) => atMs >= ms);
  }

  /** When the lines of each id were said first and last: Twitch repeats some. */
  timesById(): Map<string, { channelLogin: string; atMs: number[] }> {
    const times = new Map<string, { channelLogin: string; atMs: number[] }>();
    for (const { id, channelLogin, atMs } of this.lines) {
      if (id === undefined) continue;
      const found = times.get(id);
      if (found === undefined) times.set(id, { channelLogin, atMs: [atMs] });
      else found.atMs.push(atMs);
    }
    return times;
  }
}
