import type { MetricMeter } from '@temporalio/common';
import type { RoomState } from './room-state.ts';

const NAME = 'chatlake_chat_rooms';

/** Tells whoever scrapes this process how many rooms are in which state. A state that no room is in any more is told as 0. */
export function createRoomGauges(meter: MetricMeter): (states: ReadonlyMap<RoomState, number>) => void {
  const gauge = meter.createGauge(
    NAME,
    'int',
    'rooms',
    'Channels that this collector is asked to hear, by how their rooms are',
  );
  const told = new Set<RoomState>(['listening']);
  return (states) => {
    for (const state of states.keys()) told.add(state);
    for (const state of told) gauge.set(states.get(state) ?? 0, { state });
  };
}
