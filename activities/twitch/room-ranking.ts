/** What choosing a room looks at. `listed`: its channel is named in the settings. */
export interface Candidate {
  channelId: string;
  viewerCount: number;
  listed: boolean;
}

/** A newcomer takes the place of a room only with so many more viewers: figures rise and fall by some percent from poll to poll. */
const CHALLENGE = { times: 1.25, more: 5 };

/**
 * The channels whose chat is listened to: listed ones first, then those with the most viewers. Leaving a room is a gap in its chat, so a room
 * that is held stays until a newcomer is larger by far (by a quarter and more than five viewers), even where others are a little larger.
 * The id decides between equals, so that a rerun chooses alike.
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

/** Why a room that is live was not chosen again. */
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
  // From here on the smallest of the chosen stands against the largest newcomer.
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
