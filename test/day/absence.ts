import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';

/**
 * So long a room that is ours may be without us: a silence is found after 30 s, a hundred JOINs take 55 s, and a room whose JOIN went down with
 * its connection is asked for again after a minute.
 */
export const LONGEST_ABSENCE_MS = 180_000;

export interface Absence {
  channelLogin: string;
  ms: number;
}

/** The longest time between two stays in one room; undefined where nobody came back to any. Rooms that shut us out are none of ours. */
export function longestAbsence(
  account: Readonly<Record<string, RoomAccount>>,
  shut: readonly string[],
): Absence | undefined {
  const absences = Object.entries(account)
    .filter(([channelLogin]) => !shut.includes(channelLogin))
    .flatMap(([channelLogin, { stays }]) =>
      stays.slice(1).map(({ fromMs }, before) => ({ channelLogin, ms: fromMs - (stays[before]?.toMs ?? fromMs) })),
    );
  return absences.sort((a, b) => b.ms - a.ms)[0];
}
