import type { RoomState } from './room-state.ts';

/**
 * Whether a collector that has started hears what it should: all channels of the live list were handed to it, and none is still joining.
 * Once ready it stays ready: later rooms come and go. A rolling deploy stops the next collector only then, so that one of them always listens.
 */
export class Readiness {
  #reason: string | undefined = 'it has not looked for rooms yet';

  /** Why it is not ready; undefined if it is. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** @param wanted the number of channels that should be heard */
  update(states: ReadonlyMap<RoomState, number>, wanted: number): void {
    if (this.#reason === undefined) return;
    const handed = [...states.values()].reduce((sum, count) => sum + count, 0);
    const joining = states.get('joining') ?? 0;
    if (handed < wanted) this.#reason = `${handed} of ${wanted} rooms were handed to it`;
    else this.#reason = joining > 0 ? `${joining} of ${handed} rooms are joining` : undefined;
  }
}
