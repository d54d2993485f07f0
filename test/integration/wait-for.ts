import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until `look` answers something other than undefined or false, and returns it. It looks every 50 ms; the time limit is generous,
 * for machines that are busy with other work.
 * @throws Error naming what was waited for and the last error of `look`
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
