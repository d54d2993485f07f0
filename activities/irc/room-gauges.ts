import type { MetricMeter } from '@temporalio/common';
import type { RoomState } from './room-state.ts';

const NAME = 'chatlake_chat_rooms';

/** Publishes the number of rooms of each account in each state as a gauge. A state that no room is in any more is set to 0. */
export function createRoomGauges(
  meter: MetricMeter,
): (accounts: ReadonlyMap<string, ReadonlyMap<RoomState, number>>) => void {
  const gauge = meter.createGauge(
    NAME,
    'int',
    'rooms',
    'Channels that this collector should listen to, by the account that reads them and the state of their rooms',
  );
  const known = new Set<RoomState>(['listening']);
  return (accounts) => {
    for (const states of accounts.values()) for (const state of states.keys()) known.add(state);
    for (const [account, states] of accounts)
      for (const state of known) gauge.set(states.get(state) ?? 0, { account, state });
  };
}
