import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RateLimit } from './rate-limit.ts';

/**
 * A limit that the next process of this collector keeps, too. Twitch counts what the last process sent, however it ended: without this, a
 * collector that is started again while it joins would be disconnected. If the file cannot be read or written, the limit holds within the
 * process only.
 * @param now wall clock, since the next process has another monotonic one
 */
export function lastingLimit(
  file: string,
  { count, windowMs, now = Date.now }: { count: number; windowMs: number; now?: () => number },
): RateLimit {
  const takenAtMs = readTimes(file);
  const startedAtMs = now();
  return new RateLimit({
    count,
    windowMs,
    // A time in the future is one of a clock that was set back since.
    earlierMs: takenAtMs.map((atMs) => Math.max(0, startedAtMs - atMs)),
    onTake: () => {
      takenAtMs.push(now());
      takenAtMs.splice(0, takenAtMs.length - count);
      writeTimes(file, takenAtMs);
    },
  });
}

function readTimes(file: string): number[] {
  try {
    const times: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(times) ? times.filter((time): time is number => Number.isFinite(time)) : [];
  } catch {
    return [];
  }
}

/** Whole or not at all, also if the process is killed meanwhile. After a power cut, Twitch has forgotten before anything is sent again. */
function writeTimes(file: string, times: readonly number[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.tmp`, JSON.stringify(times), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  } catch {
    // A full disk must not stop the collector: lines may still reach Kafka.
  }
}
