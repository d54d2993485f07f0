import type { RoomState } from './room-state.ts';

/** What the operator can do, by the state that most rooms are in. */
const REMEDIES: Partial<Record<RoomState, string>> = {
  'waiting for a token': 'Run `chatlake login`, or set TWITCH_CHAT_ANONYMOUS=yes.',
  'login refused':
    'Run `chatlake login` again. If TWITCH_CHAT_ANONYMOUS=yes, Twitch no longer allows anonymous reading: set it to no.',
  'chat unreachable': 'Check TWITCH_IRC_URL, and that the network allows the connection.',
  'too many rooms': 'The account is already in 100 rooms. Check whether another program uses the same account.',
};

/** The health of a collector, from the states of its rooms. It has trouble if it listens to none of the wanted channels. */
export function roomHealth(states: ReadonlyMap<RoomState, number>): { summary: string; trouble: string | null } {
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
  if (others.every(([state]) => state === 'joining')) return { summary: `joining ${channels(all)}`, trouble: null };
  const worst = others.find(([state]) => state !== 'joining')?.[0];
  const remedy = worst === undefined ? undefined : REMEDIES[worst];
  return {
    summary: `listens to none of ${channels(all)}`,
    trouble: `it listens to none of ${channels(all)} (${reasons}).${remedy === undefined ? '' : ` ${remedy}`}`,
  };
}

const channels = (count: number): string => (count === 1 ? '1 channel' : `${count} channels`);
