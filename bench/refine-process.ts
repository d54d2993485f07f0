import { setUpRefinement } from './refinement.ts';
import type { RefineOrder, WrittenChat } from './refinement.ts';

/** The result, as JSON on stdout: of the table chat, and of the whole process. */
export interface RefineResult extends WrittenChat {
  seconds: number;
  cpuSeconds: number;
  peakMb: number;
}

const { refine, readChat, cpuSeconds } = await setUpRefinement(JSON.parse(process.argv[2] ?? '') as RefineOrder);

async function measure(): Promise<RefineResult> {
  const [startedAt, cpuBefore] = [performance.now(), cpuSeconds()];
  await refine(true);
  const seconds = (performance.now() - startedAt) / 1000;
  const used = { seconds, cpuSeconds: cpuSeconds() - cpuBefore, peakMb: process.resourceUsage().maxRSS / 1024 };
  return { ...used, ...(await readChat()) };
}

process.stdout.write(JSON.stringify(await measure()));
process.exit();
