/** What a fault resolves with that has hurt nobody: it does not count as done. */
export class NotDone {
  /** In words: `no such process at the moment`. */
  readonly why: string;
  /** Whether it will be so all through the run: then it is said once. */
  readonly always: boolean;

  constructor(why: string, always = false) {
    this.why = why;
    this.always = always;
  }
}

/** Does it; an error that says that others were away meanwhile means that it was not done. Any other is thrown. */
export async function unless(
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
