import { Interrupted, interruption, orInterrupted } from '../../cli/interrupt.ts';
import { consoleProgress } from '../../infra/local/progress.ts';
import { HELP, readOptions } from './options.ts';
import type { DayOptions } from './options.ts';
import { runDay } from './run.ts';
import { openStage } from './stage.ts';

/** The day ended and has reported its failures. */
class DayFailed extends Error {
  override name = 'DayFailed';
}

const startedAtMs = Date.now();

/** Prints progress with the seconds since the start of the run. */
function say(text: string): void {
  const at = ((Date.now() - startedAtMs) / 1_000).toFixed(1).padStart(7);
  process.stderr.write(`day      ${at} s  ${text}\n`);
}

async function main(options: DayOptions): Promise<void> {
  const signal = interruption();
  const stage = await openStage({ ...options, progress: consoleProgress, signal });
  try {
    const { failures, figures } = await orInterrupted(signal, runDay(stage, options, say, signal));
    for (const failure of failures) say(`FAILED: ${failure}`);
    process.stdout.write(`${JSON.stringify({ ...figures, failures: failures.length })}\n`);
    if (failures.length > 0) throw new DayFailed(`${failures.length} checks failed.`);
  } catch (error) {
    if (!(error instanceof Interrupted)) say(`the workers' logs are in ${await stage.keepLogs()}`);
    throw error;
  } finally {
    await stage.stop();
  }
}

/** Returns undefined after reporting invalid options. */
function readOptionsOrReport(): DayOptions | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return undefined;
  }
}

const options = readOptionsOrReport();
try {
  if (options !== undefined) await main(options);
} catch (error) {
  if (error instanceof Interrupted) process.exit(130);
  process.stderr.write(`${error instanceof DayFailed ? error.message : String((error as Error).stack)}\n`);
  process.stderr.write(`Repeat it with: make day SEED=${options?.seed} MINUTES=${options?.minutes}\n`);
  process.exitCode = 1;
}
process.exit();
