import type { RoomState } from './room-state.ts';

type States = ReadonlyMap<RoomState, number>;

/** What the operator can do, by the state that most rooms are in. */
const REMEDIES: Partial<Record<RoomState, (logIn: string) => string>> = {
  'waiting for a token': (logIn) => `Run \`${logIn}\`, or set TWITCH_CHAT_ANONYMOUS=yes.`,
  'login refused': (logIn) =>
    `Run \`${logIn}\` again. If TWITCH_CHAT_ANONYMOUS=yes, Twitch no longer allows anonymous reading: set it to no.`,
  'chat unreachable': () => 'Check TWITCH_IRC_URL, and that the network allows the connection.',
  'too many rooms': () => 'The account is already in 100 rooms. Check whether another program uses the same account.',
};

/**
 * The health of a collector, from the states of the rooms of each account. It has trouble if it listens to none of the wanted channels, or to
 * none of those of an account.
 */
export function roomHealth(accounts: ReadonlyMap<string, States>): { summary: string; trouble: string | null } {
  const states = sumOf([...accounts.values()]);
  const listening = states.get('listening') ?? 0;
  const all = countOf(states);
  if (all === 0) return { summary: 'no channel is wanted', trouble: null };
  const reasons = reasonsOf(states);
  const mute = [...accounts].filter(([, own]) => hearsNothing(own));
  const hears = `listens to ${listening} of ${channels(all)}${reasons === '' ? '' : ` (${reasons})`}`;
  if (listening > 0 && mute.length === 0) return { summary: hears, trouble: null };
  if (mute.length === 0) return { summary: `joining ${channels(all)}`, trouble: null };
  const several = accounts.size > 1;
  const summary = listening > 0 ? hears : `listens to none of ${channels(all)}`;
  const troubles = mute.map(([account, own]) => {
    const where = several ? `as ${account} ` : '';
    const logIn = several ? `chatlake login --account ${account}` : 'chatlake login';
    const remedy = REMEDIES[worstOf(own)]?.(logIn);
    return `${where}it listens to none of ${channels(countOf(own))} (${reasonsOf(own)}).${remedy === undefined ? '' : ` ${remedy}`}`;
  });
  return { summary, trouble: troubles.join(' ') };
}

/** It hears none of its rooms, and does not only wait for answers. */
function hearsNothing(states: States): boolean {
  return (states.get('listening') ?? 0) === 0 && others(states).some(([state]) => state !== 'joining');
}

const countOf = (states: States): number => [...states.values()].reduce((sum, count) => sum + count, 0);

function sumOf(all: readonly States[]): States {
  const sum = new Map<RoomState, number>();
  for (const states of all) for (const [state, count] of states) sum.set(state, (sum.get(state) ?? 0) + count);
  return sum;
}

/** The states without *listening*, the most frequent first. */
const others = (states: States): [RoomState, number][] =>
  [...states].filter(([state, count]) => state !== 'listening' && count > 0).sort((a, b) => b[1] - a[1]);

const reasonsOf = (states: States): string =>
  others(states)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');

const worstOf = (states: States): RoomState => others(states).find(([state]) => state !== 'joining')?.[0] ?? 'joining';

const channels = (count: number): string => (count === 1 ? '1 channel' : `${count} channels`);
