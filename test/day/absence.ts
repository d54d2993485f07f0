import type { RoomAccount } from '../../infra/twitch-simulator/attendance.ts';

/**
 * How long one of our rooms may be without a connection: a silent connection is found after 30 s, a hundred JOINs take 55 s, and a JOIN
 * lost with its connection is sent again after a minute.
 */
export const LONGEST_ABSENCE_MS = 180_000;

export interface Absence {
  channelLogin: string;
  ms: number;
}

/** The longest time between two stays in one room; undefined if no connection came back to any. Rooms that refuse us are ignored. */
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
