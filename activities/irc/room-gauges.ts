import type { MetricMeter } from '@temporalio/common';
import type { RoomState } from './room-state.ts';

const NAME = 'chatlake_chat_rooms';

/** Publishes the number of rooms in each state as a gauge. A state that no room is in any more is set to 0. */
export function createRoomGauges(meter: MetricMeter): (states: ReadonlyMap<RoomState, number>) => void {
  const gauge = meter.createGauge(
    NAME,
    'int',
    'rooms',
    'Channels that this collector should listen to, by the state of their rooms',
  );
  const known = new Set<RoomState>(['listening']);
  return (states) => {
    for (const state of states.keys()) known.add(state);
    for (const state of known) gauge.set(states.get(state) ?? 0, { state });
  };
}
