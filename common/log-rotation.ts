import { copyFileSync, statSync, truncateSync } from 'node:fs';

/** A log of this size becomes the previous one. Each log has at most one. */
export const LOG_MAX_BYTES = 20 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/** Where the lines are that a log had before it was emptied last. */
export const previousLog = (file: string): string => `${file}.1`;

/**
 * Copies a log to {@link previousLog} and empties it, if it has reached `maxBytes`. Its writers have it open to append, so they go on at its
 * beginning. Lines that are written between the copy and the emptying are lost. A disk that refuses is tried again the next time.
 */
export function rotateLog(file: string, maxBytes = LOG_MAX_BYTES): void {
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < maxBytes) return;
    copyFileSync(file, previousLog(file));
    truncateSync(file);
  } catch {
    // The log stays as it is.
  }
}

/** Rotates a log now and each minute. @returns a function that ends it */
export function keepRotating(file: string): () => void {
  rotateLog(file);
  const timer = setInterval(() => rotateLog(file), CHECK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
