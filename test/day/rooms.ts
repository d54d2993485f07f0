import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';
import type { SimulatedStream } from './control.ts';
import type { ReasonedRow } from './compare-coverage.ts';
import { MADE_ROOM } from './script.ts';
import type { ScriptResult } from './script.ts';

const ROOMS = 100;
/** Viewer counts have noise, and two that are close may come in either order. */
const LARGE_ENOUGH = 0.85;

export interface RoomsInput {
  account: Readonly<Record<string, RoomAccount>>;
  /** The rooms before the script started. */
  first: readonly string[];
  /** The number of chats started since then. */
  chats: number;
  script: ScriptResult;
  /** Channels listed in the settings. */
  listed: readonly string[];
  /** Sorted by viewers, before the script started. */
  top: readonly SimulatedStream[];
}

/**
 * Checks which channels got a room: the listed ones, those with the most viewers, and those that the script made large. No more chats may
 * have started than the script caused, whatever the noise in viewer counts.
 */
export function roomProblems({ account, first, chats, script, listed, top }: RoomsInput): {
  failures: string[];
  /** Why each room may be left on purpose, including those replaced according to coverage. */
  leaves: (rows: readonly ReasonedRow[]) => Map<string, RegExp>;
} {
  const viewers = new Map(top.map((stream) => [stream.login, stream.viewers]));
  const least = (top[ROOMS - 1]?.viewers ?? 0) * LARGE_ENOUGH;
  const asked = Object.entries(account).filter(([, { stays, refused }]) => stays.length + refused.length > 0);
  const failures = asked
    .map(([login]) => login)
    .filter((login) => !listed.includes(login) && !script.welcome.has(login) && (viewers.get(login) ?? 0) < least)
    .map((login) => `${login} got a room with ${viewers.get(login) ?? 'few'} viewers, but ${least} are needed`);
  failures.push(
    ...listed
      .filter((login) => !first.includes(login))
      .map((login) => `${login} is listed, but had no room at the start`),
  );
  // The room of an ended stream may go to a raided channel.
  const ended = [...script.leaves.values()].filter((why) => why.test('the stream ended')).length;
  if (chats > script.starts || chats < script.starts - ended)
    failures.push(`${chats} chats were started, but the script caused ${script.starts}`);

  return {
    failures,
    leaves(rows) {
      const leaves = new Map(script.leaves);
      const madeRoom = new Set(
        rows
          .filter(({ kind, reason }) => kind === 'end' && MADE_ROOM.test(reason ?? ''))
          .map((row) => row.channelLogin ?? ''),
      );
      const allowed = script.cancels - ended;
      if (madeRoom.size > allowed)
        failures.push(
          `${madeRoom.size} rooms were replaced, but the script caused ${allowed}: ${[...madeRoom].join(', ')}`,
        );
      for (const login of madeRoom) if (!leaves.has(login)) leaves.set(login, MADE_ROOM);
      return leaves;
    },
  };
}
