import got from 'got';
import type { Truth } from './demo-sums.ts';

/** The simulator's own counts. `quiet` is true once it was told to be, or when a transcript has been used up. */
export async function readTruth(controlUrl: string): Promise<Truth & { quiet: boolean }> {
  return got(`${controlUrl}/truth`).json();
}

export async function beQuiet(controlUrl: string): Promise<void> {
  await got.post(`${controlUrl}/quiet`);
}
