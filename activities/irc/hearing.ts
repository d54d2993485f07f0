import type { RoomState } from './room-state.ts';

/** What helps when no room is heard because of that. */
const REMEDIES: Partial<Record<RoomState, string>> = {
  'waiting for a token':
    'Store a user token at secrets/twitch/<account> of the parameter store (docs/operating.md says how), or set TWITCH_CHAT_ANONYMOUS=yes.',
  'login refused':
    'Store a new user token with the scope chat:read (docs/operating.md says how); where chat is read anonymously, Twitch does not allow that any more.',
  'chat unreachable': 'Is TWITCH_IRC_URL right, and does the network let it through?',
  'too many rooms': 'The account is in 100 rooms already: is another program logged in with it?',
};

/** What a collector hears, from the states of its rooms. It is in trouble when it hears none of the channels that are wanted. */
export function hearingOf(states: ReadonlyMap<RoomState, number>): { summary: string; trouble: string | null } {
  const listening = states.get('listening') ?? 0;
  const all = [...states.values()].reduce((sum, count) => sum + count, 0);
  const others = [...states].filter(([state, count]) => state !== 'listening' && count > 0).sort((a, b) => b[1] - a[1]);
  const reasons = others.map(([state, count]) => `${count} ${state}`).join(', ');
  if (all === 0) return { summary: 'no channel is wanted', trouble: null };
  if (listening > 0)
    return {
      summary: `listens to ${listening} of ${channels(all)}${reasons === '' ? '' : ` (${reasons})`}`,
      trouble: null,
    };
  if (others.every(([state]) => state === 'joining')) return { summary: `joins ${channels(all)}`, trouble: null };
  const worst = others.find(([state]) => state !== 'joining')?.[0];
  const remedy = worst === undefined ? undefined : REMEDIES[worst];
  return {
    summary: `hears none of ${channels(all)}`,
    trouble: `it hears none of ${channels(all)} (${reasons}).${remedy === undefined ? '' : ` ${remedy}`}`,
  };
}

const channels = (count: number): string => (count === 1 ? '1 channel' : `${count} channels`);
