import { resolve } from 'node:path';
import { consoleProgress } from '../infra/local/progress.ts';
import { startContainerPipeline } from './container-pipeline.ts';
import { checkSums } from './demo-check.ts';
import { aborted, interruption } from './interrupt.ts';

const ENOUGH_MESSAGES = 500;

/** `make demo-containers`: the demo in containers, until Ctrl-C or, with `once`, until the sums of a report were checked. */
export async function demoContainers({ once, seed }: { once: boolean; seed: number }): Promise<void> {
  const startedAt = Date.now();
  const signal = interruption();
  const directory = resolve('data/containers');
  const run = `demo-${startedAt.toString(36)}`;
  const pipeline = await startContainerPipeline({
    directory,
    seed,
    collectors: [run],
    progress: consoleProgress,
    signal,
  });
  try {
    process.stderr.write(
      `\n  Reports     ${pipeline.siteUrl}\n  Logs        podman logs, and ${pipeline.logDirectory} at the end\n\n`,
    );
    const { controlUrl } = pipeline;
    if (once) {
      const check = checkSums({ pipeline, controlUrl, run, startedAt, enough: ENOUGH_MESSAGES, signal });
      await Promise.race([check, aborted(signal)]);
    } else await aborted(signal);
    if (signal.aborted && once) process.exitCode = 130;
  } finally {
    await pipeline.stop();
  }
}
