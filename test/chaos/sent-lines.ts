import { LineScanner } from '../../activities/irc/line-scanner.ts';
import { readLineHead, tagOf } from '../../activities/irc/line-kind.ts';

/** One line that the simulated Twitch sent in a channel on air. */
export interface SentLine {
  channelLogin: string;
  /** Without line ending. A line that is too long is cut as a collector cuts it. */
  line: Buffer;
  atMs: number;
  /** The id of a message or event; undefined if the line has none. */
  id: string | undefined;
  isMessage: boolean;
}

/** Everything that was sent, whether or not anybody listened. The lake is compared with it. */
export class SentLines {
  readonly lines: SentLine[] = [];

  /** @param bytes one line, or several if they contain line feeds */
  add(channelLogin: string, bytes: Buffer, atMs = Date.now()): void {
    const scanner = new LineScanner((view) => {
      const line = Buffer.from(view);
      const id = tagOf(line, 'id');
      const isMessage = readLineHead(line).kind === 'PRIVMSG';
      this.lines.push({ channelLogin, line, atMs, id: id === '' ? undefined : id, isMessage });
    });
    scanner.push(Buffer.concat([bytes, Buffer.from('\n')]));
  }

  /** Number of messages, each id once. */
  get messages(): number {
    return new Set(this.lines.filter(({ isMessage }) => isMessage).map(({ id }) => id)).size;
  }

  /** The last message with an id in each channel that was active in this time span. */
  latestBetween(fromMs: number, untilMs: number): SentLine[] {
    const latest = new Map<string, SentLine>();
    for (let at = this.lines.length - 1; (this.lines[at]?.atMs ?? 0) >= fromMs && at >= 0; at--) {
      const sent = this.lines[at];
      if (sent === undefined || sent.atMs > untilMs || !sent.isMessage || sent.id === undefined) continue;
      if (!latest.has(sent.channelLogin)) latest.set(sent.channelLogin, sent);
    }
    return [...latest.values()];
  }

  /** When each id was sent first and last: Twitch repeats some lines. */
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
