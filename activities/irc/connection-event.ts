import type { IrcError } from './error.ts';

/** What Twitch sends about a room on one connection. Everything that it sent before `atMs` has arrived. */
export type RoomEvent =
  /** The echo of the JOIN, 366 or ROOMSTATE, whichever comes first. */
  | { kind: 'joined'; atMs: number }
  /** ROOMSTATE: the id of the channel that owns the room. */
  | { kind: 'identified'; roomId: string; atMs: number }
  /** The echo of a PART. */
  | { kind: 'parted'; atMs: number }
  /** A NOTICE. `id` is its `msg-id`. */
  | { kind: 'noticed'; id: string; atMs: number };

/** What a connection reports in addition to its lines. */
export type ConnectionEvent =
  | { kind: 'opened' }
  /** `channelLogin` is as Twitch wrote it, possibly in capitals. */
  | { kind: 'room'; channelLogin: string; event: RoomEvent }
  /** A line of `bytes` bytes was too long. Only its beginning was passed on. */
  | { kind: 'lineCut'; channelLogin: string | undefined; bytes: number }
  /** Twitch sent RECONNECT and will close the connection soon. */
  | { kind: 'reconnectRequested' }
  /** The last event. `error` is undefined after an orderly close. What Twitch sent after `atMs` may be lost. */
  | { kind: 'closed'; error: IrcError | undefined; atMs: number };
