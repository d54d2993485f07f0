/** The state of a room, for people: shown in the status of a chat, in metrics and in the terminal. */
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

/** The state for each reason that coverage can give. */
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

/** @param lostReason why it was lost or could not be joined, as last reported to coverage; undefined if nothing was reported */
export function roomStateOf(joined: boolean, lostReason: string | undefined): RoomState {
  if (joined) return 'listening';
  return lostReason === undefined ? 'joining' : (STATES.get(lostReason) ?? 'refused');
}

/** The number of rooms in each state. */
export function countStates(rooms: Iterable<{ state: RoomState }>): Map<RoomState, number> {
  const counts = new Map<RoomState, number>();
  for (const { state } of rooms) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
