import type { RoomState } from './room-state.ts';

/**
 * Reports the state of a room to its chat, each change once. A state is reported when two updates in a row have it: a room that keeps
 * joining and leaving with its connection would otherwise fill the chat's history. If reporting fails, a later update tries again.
 */
export class StateReporter {
  readonly #report: (state: RoomState) => Promise<void>;
  #reported: RoomState | undefined;
  #last: RoomState | undefined;
  #isReporting = false;

  /** @param known the state that the chat assumes before the first report; undefined if it may assume any */
  constructor(report: (state: RoomState) => Promise<void>, known?: RoomState) {
    this.#report = report;
    this.#reported = known;
  }

  update(state: RoomState): void {
    const isStable = state === this.#last;
    this.#last = state;
    if (!isStable || state === this.#reported || this.#isReporting) return;
    this.#isReporting = true;
    this.#report(state)
      .then(() => (this.#reported = state))
      .catch(() => {})
      .finally(() => (this.#isReporting = false));
  }
}
