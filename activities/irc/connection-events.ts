import type { IrcError } from './irc-error.ts';
import type { LineHead } from './line-kind.ts';

/** What a connection tells its owner. */
export interface ConnectionEvents {
  opened(): void;
  /** A line to keep: a copy, without line end. */
  line(line: Buffer, receivedAtMs: number, head: LineHead): void;
  /** The line was that long, and only its beginning was handed on. */
  lineCut(channelLogin: string | undefined, wholeBytes: number): void;
  /** The echo, 366 or ROOMSTATE of a room came: the first of them is the join. */
  joined(channelLogin: string, atMs: number): void;
  /** Twitch says which channel the room is, by its id. */
  roomOf(channelLogin: string, roomId: string, completeUpToMs: number): void;
  /** What Twitch sent to the room up to `completeUpToMs` has come. */
  parted(channelLogin: string, completeUpToMs: number): void;
  /** A NOTICE in a room. `id` is its `msg-id`. */
  roomNotice(channelLogin: string, id: string, completeUpToMs: number): void;
  /** Twitch will close the connection soon. */
  reconnectAsked(): void;
  /** Last event. `error` is undefined after an orderly close; what Twitch sent after `completeUpToMs` may be lost. */
  closed(error: IrcError | undefined, completeUpToMs: number): void;
}
