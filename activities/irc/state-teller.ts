import type { RoomState } from './room-state.ts';

/**
 * Tells the states of a room to its chat, once each. A state is told when it is seen at two looks in a row: a room that comes and goes
 * with its connection would fill the chat's history. One that could not be told is told at a later look.
 */
export class StateTeller {
  readonly #tell: (state: RoomState) => Promise<void>;
  #told: RoomState | undefined;
  #seen: RoomState | undefined;
  #underWay = false;

  constructor(tell: (state: RoomState) => Promise<void>) {
    this.#tell = tell;
  }

  look(state: RoomState): void {
    const lasts = state === this.#seen;
    this.#seen = state;
    if (!lasts || state === this.#told || this.#underWay) return;
    this.#underWay = true;
    this.#tell(state)
      .then(() => (this.#told = state))
      .catch(() => {})
      .finally(() => (this.#underWay = false));
  }
}
