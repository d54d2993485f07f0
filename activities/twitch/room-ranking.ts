export interface Candidate {
  channelId: string;
  viewerCount: number;
  /** The settings name its channel. */
  listed: boolean;
}

/** How many more viewers a newcomer needs to replace a room. Viewer counts vary by some percent from poll to poll. */
const CHALLENGE = { times: 1.25, more: 5 };

/**
 * Chooses the channels that get a room: listed channels first, then those with the most viewers. Leaving a room is a gap in its chat. So a
 * newcomer replaces a held room only if it has more viewers by a quarter and by more than five. The id decides ties, so the choice is
 * deterministic.
 */
export function chooseRooms<T extends Candidate>(
  live: readonly T[],
  isHeld: (channelId: string) => boolean,
  limit: number,
): T[] {
  const listed = chooseAmong(
    live.filter((it) => it.listed),
    isHeld,
    limit,
  );
  const others = chooseAmong(
    live.filter((it) => !it.listed),
    isHeld,
    limit - listed.length,
  );
  return [...listed, ...others];
}

/** Why a held room whose stream is live was not chosen again. */
export function reasonToMakeRoom(
  room: Candidate,
  chosen: readonly Candidate[],
  isHeld: (channelId: string) => boolean,
): string {
  const newcomers = chosen.filter(({ channelId }) => !isHeld(channelId));
  if (newcomers.some((it) => it.viewerCount > room.viewerCount && it.listed === room.listed))
    return 'made room for a larger channel';
  if (newcomers.some((it) => it.listed)) return 'made room for a listed channel';
  return 'fewer rooms are listened to';
}

function chooseAmong<T extends Candidate>(
  live: readonly T[],
  isHeld: (channelId: string) => boolean,
  places: number,
): T[] {
  const bySize = [...live].sort((a, b) => b.viewerCount - a.viewerCount || (a.channelId < b.channelId ? -1 : 1));
  const newcomers = bySize.filter(({ channelId }) => !isHeld(channelId));
  const chosen = bySize.filter(({ channelId }) => isHeld(channelId)).slice(0, places);
  chosen.push(...newcomers.splice(0, places - chosen.length));
  // Then the largest newcomer challenges the smallest chosen room, and so on.
  chosen.sort((a, b) => b.viewerCount - a.viewerCount);
  for (let last = chosen.length - 1; last >= 0; last -= 1) {
    const [smallest, challenger] = [chosen[last], newcomers.shift()];
    if (smallest === undefined || challenger === undefined || !outdoes(challenger, smallest)) break;
    chosen[last] = challenger;
  }
  return chosen.sort((a, b) => b.viewerCount - a.viewerCount || (a.channelId < b.channelId ? -1 : 1));
}

function outdoes(challenger: Candidate, held: Candidate): boolean {
  return challenger.viewerCount > Math.max(held.viewerCount * CHALLENGE.times, held.viewerCount + CHALLENGE.more);
}
