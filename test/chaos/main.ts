import { Interrupted, interruption, orInterrupted } from '../../cli/interrupt.ts';
import { consoleProgress } from '../../infra/local/progress.ts';
import { faultNames, faults } from './faults.ts';
import { commandOf, HELP, readOptions } from './options.ts';
import type { ChaosOptions } from './options.ts';
import { runChaos } from './run.ts';
import { openStage } from './stage.ts';
import { failures, judge, recoveriesInWords } from './verdict.ts';

/** Prints progress with the seconds since the start of the run. */
function progressLog(): (text: string) => void {
  const startedAt = Date.now();
  return (text) => {
    const at = ((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7);
    process.stderr.write(`chaos    ${at} s  ${text}\n`);
  };
}

async function main(options: ChaosOptions): Promise<void> {
  const signal = interruption();
  const say = progressLog();
  const stage = await openStage({ ...options, progress: consoleProgress, signal });
  try {
    const findings = await orInterrupted(signal, runChaos(stage, options, say, signal));
    for (const words of recoveriesInWords(findings.faults)) say(words);
    const failed = failures(findings);
    for (const failing of failed) say(`FAILED: ${failing}`);
    process.stdout.write(`${JSON.stringify(judge(findings))}\n`);
    if (failed.length > 0) throw new ChaosFailed(`${failed.length} guarantees were violated.`);
  } catch (error) {
    if (!(error instanceof Interrupted)) say(`the workers' logs are in ${await stage.keepLogs()}`);
    throw error;
  } finally {
    await stage.stop();
  }
}

/** The run ended and has reported its failures. */
class ChaosFailed extends Error {
  override name = 'ChaosFailed';
}

/** Returns undefined after reporting invalid options. */
function readOptionsOrReport(): ChaosOptions | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    faultNames(options.only);
    return options;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return undefined;
  }
}

const options = readOptionsOrReport();
try {
  if (options?.list) process.stdout.write(`${Object.keys(faults).join('\n')}\n`);
  else if (options !== undefined) await main(options);
} catch (error) {
  if (error instanceof Interrupted) process.exit(130);
  process.stderr.write(`${error instanceof ChaosFailed ? error.message : String((error as Error).stack)}\n`);
  if (options !== undefined) process.stderr.write(`Repeat it with: ${commandOf(options)}\n`);
  process.exitCode = 1;
}
process.exit();
