import got from 'got';
import type { Truth } from './demo-sums.ts';

/** The simulator's own counts. `quiet` is true after {@link beQuiet}, or when the transcript has ended. */
export async function readTruth(controlUrl: string): Promise<Truth & { quiet: boolean }> {
  return got(`${controlUrl}/truth`).json();
}

export async function beQuiet(controlUrl: string): Promise<void> {
  await got.post(`${controlUrl}/quiet`);
}
