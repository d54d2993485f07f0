import { setUpRefinement } from './refinement.ts';
import type { RefineOrder } from './refinement.ts';

/** One refinement, as a message to the parent. */
export interface OpenHourRefined {
  seconds: number;
  cpuSeconds: number;
  peakMb: number;
  rows: number;
}

const ORDER = JSON.parse(process.argv[2] ?? '') as RefineOrder;
const { refine, readChat, cpuSeconds } = await setUpRefinement(ORDER);

/** Each message asks for one refinement. */
process.on('message', () => void answer());
process.on('disconnect', () => process.exit());

async function answer(): Promise<void> {
  const [startedAt, cpuBefore] = [performance.now(), cpuSeconds()];
  await refine(false);
  const refined: OpenHourRefined = {
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: cpuSeconds() - cpuBefore,
    peakMb: process.resourceUsage().maxRSS / 1024,
    rows: (await readChat()).rows,
  };
  process.send?.(refined);
}
