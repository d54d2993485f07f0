/** The result of a fault that had no effect. It does not count as done. */
export class NotDone {
  /** The reason, like `no such process at the moment`. */
  readonly why: string;
  /** Whether the reason holds for the whole run. It is then reported only once. */
  readonly always: boolean;

  constructor(why: string, always = false) {
    this.why = why;
    this.always = always;
  }
}

/** Runs `act`. Returns {@link NotDone} for an error which `isAway` recognizes; rethrows any other. */
export async function notDoneIf(
  isAway: (error: unknown) => boolean,
  act: () => Promise<unknown>,
): Promise<NotDone | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (!isAway(error)) throw error;
    return new NotDone((error as Error).message);
  }
}
