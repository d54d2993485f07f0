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

  /** @param bytes one line, or several where they hold line feeds */
  add(channelLogin: string, bytes: Buffer, atMs = Date.now()): void {
    const scanner = new LineScanner((view) => {
      const line = Buffer.from(view);
      const id = tagOf(line, 'id');
      const isMessage = readLineHead(line).kind === 'PRIVMSG';
      this.lines.push({ channelLogin, line, atMs, id: id === '' ? undefined : id, isMessage });
    });
    scanner.push(Buffer.concat([bytes, Buffer.from('\n')]));
  }

  /** Messages, each id once. */
  get messages(): number {
    return new Set(this.lines.filter(({ isMessage }) => isMessage).map(({ id }) => id)).size;
  }

  /** The last message with an id of each channel that said one in this time. */
  latestBetween(fromMs: number, untilMs: number): SaidLine[] {
    const latest = new Map<string, SaidLine>();
    for (let at = this.lines.length - 1; (this.lines[at]?.atMs ?? 0) >= fromMs && at >= 0; at--) {
      const said = this.lines[at];
      if (said === undefined || said.atMs > untilMs || !said.isMessage || said.id === undefined) continue;
      if (!latest.has(said.channelLogin)) latest.set(said.channelLogin, said);
    }
    return [...latest.values()];
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
