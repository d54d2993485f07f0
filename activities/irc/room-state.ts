/** How a room is, in words that a person understands: in the status of a chat, in metrics and in the terminal. */
export type RoomState =
  | 'joining'
  | 'listening'
  | 'waiting for a token'
  | 'login refused'
  | 'chat unreachable'
  | 'connection lost'
  | 'suspended'
  | 'banned'
  | 'refused'
  | 'too many rooms'
  | 'not answered'
  | 'parted by Twitch';

/** The states by the reason that coverage is told. */
const STATES: ReadonlyMap<string, RoomState> = new Map([
  ['waiting for a token', 'waiting for a token'],
  ['login-refused', 'login refused'],
  ['connection unreachable', 'chat unreachable'],
  ['connection lost', 'connection lost'],
  ['connection silent', 'connection lost'],
  ['connection closed', 'connection lost'],
  ['msg_channel_suspended', 'suspended'],
  ['tos_ban', 'suspended'],
  ['msg_banned', 'banned'],
  ['msg_concurrent_channel_limit_reached', 'too many rooms'],
  ['JOIN was not confirmed', 'not answered'],
  ['parted by Twitch', 'parted by Twitch'],
]);

/** @param lostReason why it was lost or could not be joined, as coverage was told last; undefined where nothing was told */
export function roomStateOf(joined: boolean, lostReason: string | undefined): RoomState {
  if (joined) return 'listening';
  return lostReason === undefined ? 'joining' : (STATES.get(lostReason) ?? 'refused');
}
