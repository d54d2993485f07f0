import type { IrcError } from './irc-error.ts';

/** What Twitch says of a room on one connection. Everything that it sent up to `atMs` has come. */
export type RoomEvent =
  /** The echo of the JOIN, 366 or ROOMSTATE: the first of them is the join. */
  | { kind: 'joined'; atMs: number }
  /** Which channel the room is, by its id. */
  | { kind: 'named'; roomId: string; atMs: number }
  /** The echo of a PART. */
  | { kind: 'parted'; atMs: number }
  /** A NOTICE. `id` is its `msg-id`. */
  | { kind: 'noticed'; id: string; atMs: number };

/** What a connection tells beside its lines. */
export type ConnectionEvent =
  | { kind: 'opened' }
  /** `channelLogin` as Twitch wrote it, which may be in capitals. */
  | { kind: 'room'; channelLogin: string; event: RoomEvent }
  /** A line had that many bytes, and only its beginning was handed on. */
  | { kind: 'lineCut'; channelLogin: string | undefined; bytes: number }
  /** Twitch will close the connection soon. */
  | { kind: 'reconnectAsked' }
  /** The last event. `error` is undefined after an orderly close. What Twitch sent after `atMs` may be lost. */
  | { kind: 'closed'; error: IrcError | undefined; atMs: number };
