import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded } from '../../common/guarded-process.ts';
import type { GuardedProcess } from '../../common/guarded-process.ts';
import { FactError } from '../errors.ts';
import { failureOf } from './failures.ts';
import type { Job } from './job.ts';
import { readNews } from './news.ts';
import type { News } from './news.ts';
import { propertiesText } from './properties.ts';
import type { SparkSettings } from './properties.ts';

/**
 * Runs a job with `spark-submit` to its end. Aborting the signal stops it: SIGTERM, and SIGKILL of all its processes after ten seconds.
 * @param report is called with the progress: `chat: stage 12, 3 of 8 tasks`
 * @throws FactError with the cause and the remedy
 */
export type SubmitJob = (job: Job, signal: AbortSignal, report: (progress: string) => void) => Promise<void>;

const SCRIPT = join(import.meta.dirname, 'job.py');
const LOOK_EVERY_MS = 1_000;

/**
 * @param options.logFile for the output of all jobs
 * @param options.makeDirectory creates a directory for the files of one job, which is removed at its end
 */
export function createSparkSubmit(
  settings: SparkSettings,
  options: { logFile: string; makeDirectory: () => Promise<string> },
): SubmitJob {
  const { logFile } = options;
  return async ({ name, properties, steps }, signal, report) => {
    const program = join(settings.home, 'bin', 'spark-submit');
    if (!existsSync(program)) throw notInstalled(settings.home);
    signal.throwIfAborted();
    mkdirSync(dirname(logFile), { recursive: true });
    const directory = await options.makeDirectory();
    try {
      const [stepsFile, propertiesFile] = [join(directory, 'steps.json'), join(directory, 'spark.properties')];
      writeFileSync(stepsFile, JSON.stringify(steps));
      const given = settings.propertiesFile === undefined ? '' : readFileSync(settings.propertiesFile, 'utf8');
      // A file, because other users of the machine see arguments.
      writeFileSync(propertiesFile, propertiesText(settings, properties, given, directory), { mode: 0o600 });
      const process = startGuarded({
        program,
        args: [
          ...['--master', settings.master, '--deploy-mode', 'client', '--name', name],
          ...['--load-spark-defaults', '--properties-file', propertiesFile, SCRIPT, stepsFile],
        ],
        env: { SPARK_HOME: settings.home, HADOOP_USER_NAME: settings.user },
        cwd: directory,
        logFile,
      });
      await untilEnded(process, { logFile, signal, report });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
}

async function untilEnded(
  process: GuardedProcess,
  { logFile, signal, report }: { logFile: string; signal: AbortSignal; report: (progress: string) => void },
): Promise<void> {
  const stop = (): void => void process.stop();
  signal.addEventListener('abort', stop, { once: true });
  const news: News = { offset: process.logOffset, progress: undefined, error: undefined };
  const ended = new AbortController();
  const watching = watch(news, logFile, ended.signal, report);
  const exit = await process.exited;
  ended.abort();
  await watching;
  signal.removeEventListener('abort', stop);
  killGroup(process.pid);
  signal.throwIfAborted();
  readNews(news, logFile);
  if (exit.code !== 0) throw failureOf(exit, news.error, { logFile, logOffset: process.logOffset });
}

async function watch(
  news: News,
  logFile: string,
  ended: AbortSignal,
  report: (progress: string) => void,
): Promise<void> {
  while (!ended.aborted) {
    const before = news.progress;
    readNews(news, logFile);
    if (news.progress !== undefined && news.progress !== before) report(news.progress);
    await delay(LOOK_EVERY_MS, undefined, { signal: ended }).catch(() => {});
  }
}

/** Python may outlive the Java process that started it. */
function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // All of its processes have ended.
  }
}

function notInstalled(home: string): FactError {
  return new FactError(
    `Expected Spark at SPARK_HOME (${home}), found no bin/spark-submit there. Run \`make spark\`, or set SPARK_HOME to Spark 4.2 or later.`,
    { facts: { home }, retryable: true },
  );
}
