import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `look` returns something other than undefined or false, and returns that. Calls it every 50 ms. The time limit is generous,
 * for busy machines.
 * @throws Error with the awaited state and the last error of `look`
 */
export async function waitFor<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() > deadline) {
      throw new Error(
        `Waited ${timeoutMs} ms for ${what}, in vain.`,
        lastError === undefined ? undefined : { cause: lastError },
      );
    }
    await delay(50);
  }
}
