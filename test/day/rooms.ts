import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import type { SimulatedStream } from './control.ts';
import type { ReasonedRow } from './coverage-against-account.ts';
import { MADE_ROOM } from './script.ts';
import type { Played } from './script.ts';

const ROOMS = 100;
/** Viewers are as the noise of a moment had them, and two that are close may stand in either order. */
const LARGE_ENOUGH = 0.85;

export interface RoomsInput {
  account: Readonly<Record<string, RoomAccount>>;
  /** The rooms before the script began. */
  first: readonly string[];
  /** Chats that were started since. */
  chats: number;
  played: Played;
  /** Channels that the settings name. */
  listed: readonly string[];
  /** By viewers, before the script began. */
  top: readonly SimulatedStream[];
}

/**
 * Holds who was given a room against who should have been: the listed channels, those with the most viewers, and whom the script made large; and
 * no more chats begun than the script gave reason for, whatever the noise of the viewers.
 */
export function roomsOff({ account, first, chats, played, listed, top }: RoomsInput): {
  failings: string[];
  /** Why each room may be left on purpose, with the rooms that had to make place by what coverage says. */
  leaves: (rows: readonly ReasonedRow[]) => Map<string, RegExp>;
} {
  const viewers = new Map(top.map((stream) => [stream.login, stream.viewers]));
  const least = (top[ROOMS - 1]?.viewers ?? 0) * LARGE_ENOUGH;
  const asked = Object.entries(account).filter(([, { stays, refused }]) => stays.length + refused.length > 0);
  const failings = asked
    .map(([login]) => login)
    .filter((login) => !listed.includes(login) && !played.welcome.has(login) && (viewers.get(login) ?? 0) < least)
    .map(
      (login) =>
        `${login} was given a room with ${viewers.get(login) ?? 'few'} viewers, of which ${least} would be enough`,
    );
  failings.push(
    ...listed
      .filter((login) => !first.includes(login))
      .map((login) => `${login} is listed, and had no room from the start`),
  );
  // The place of a stream that ended may go to one that was raided meanwhile.
  const ended = [...played.leaves.values()].filter((why) => why.test('the stream ended')).length;
  if (chats > played.starts || chats < played.starts - ended)
    failings.push(`${chats} chats were started, and the script gave reason for ${played.starts}`);

  return {
    failings,
    leaves(rows) {
      const leaves = new Map(played.leaves);
      const madeRoom = new Set(
        rows
          .filter(({ kind, reason }) => kind === 'end' && MADE_ROOM.test(reason ?? ''))
          .map((row) => row.channelLogin ?? ''),
      );
      const allowed = played.cancels - ended;
      if (madeRoom.size > allowed)
        failings.push(
          `${madeRoom.size} rooms made place, and the script gave reason for ${allowed}: ${[...madeRoom].join(', ')}`,
        );
      for (const login of madeRoom) if (!leaves.has(login)) leaves.set(login, MADE_ROOM);
      return leaves;
    },
  };
}
