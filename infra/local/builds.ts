import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirectory, cached } from './cache.ts';
import { runToEnd } from '../../common/guarded-process.ts';
import { onPath, requireProgram } from './programs.ts';
import type { ProgressLog } from './progress.ts';
import { silentProgress } from './progress.ts';

const TEMPORAL_VERSION = '1.5.1';
const KAFKA_VERSION = '4.4.0';
const HADOOP_VERSION = '3.5.0';
/** A directory of jars is complete if it contains these. */
const KAFKA_PROOF = `kafka_2.13-${KAFKA_VERSION}.jar`;
const HADOOP_PROOF = `hadoop-hdfs-${HADOOP_VERSION}.jar`;

const POMS = { kafka: new URL('kafka', import.meta.url), hadoop: new URL('hadoop', import.meta.url) };

const REPORT_EVERY_MS = 20_000;

/**
 * The path of the `temporal` command: the one on PATH, or one built from the Go module proxy (about four minutes, once).
 * @throws Error if it is neither installed nor can be built
 */
export async function temporalProgram(log: ProgressLog = silentProgress): Promise<string> {
  const installed = onPath('temporal');
  if (installed !== undefined && (await answersVersion(installed))) return installed;
  const directory = await cached({
    name: `temporal-${TEMPORAL_VERSION}`,
    lock: 'temporal',
    isComplete: (place) => answersVersion(join(place, 'temporal')),
    onWait: () =>
      log.step('temporal', 'waiting for another process of this user that is building the temporal command'),
    build: async (scratch) => {
      const go = requireProgram(
        'go',
        'to build the `temporal` command',
        'Install `temporal` or Go, or set TEMPORAL_ADDRESS.',
      );
      await withProgress(
        log,
        'temporal',
        `building the temporal command ${TEMPORAL_VERSION} with Go`,
        'about 4 minutes',
        () =>
          runToEnd(`the build of temporal ${TEMPORAL_VERSION}`, {
            program: go,
            args: ['install', '-ldflags', '-s -w', `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_VERSION}`],
            env: { CGO_ENABLED: '0', GOBIN: scratch },
            cwd: scratch,
            logFile: buildLog('temporal'),
          }),
      );
    },
  });
  return join(directory, 'temporal');
}

/** Whether {@link temporalProgram} has nothing to build. */
export async function isTemporalAvailable(): Promise<boolean> {
  const installed = onPath('temporal');
  if (installed !== undefined && (await answersVersion(installed))) return true;
  return answersVersion(join(cacheDirectory(), `temporal-${TEMPORAL_VERSION}`, 'temporal'));
}

/** Whether {@link kafkaJars} has nothing to fetch. */
export function isKafkaBuilt(): boolean {
  return existsSync(join(cacheDirectory(), `kafka-${KAFKA_VERSION}`, KAFKA_PROOF));
}

/** Whether {@link hadoopJars} has nothing to fetch. */
export function isHadoopBuilt(): boolean {
  return existsSync(join(cacheDirectory(), `hadoop-${HADOOP_VERSION}`, HADOOP_PROOF));
}

/** The directory with the jars of a Kafka broker. A Kafka on PATH is not used: its jars have no fixed place. */
export function kafkaJars(log: ProgressLog): Promise<string> {
  return jarsOf(
    POMS.kafka,
    { name: 'kafka', entry: `kafka-${KAFKA_VERSION}`, proof: KAFKA_PROOF, variable: 'KAFKA_BROKERS' },
    log,
  );
}

/** The directory with the jars of NameNode and DataNode. A Hadoop on PATH is not used: its jars have no fixed place. */
export function hadoopJars(log: ProgressLog): Promise<string> {
  return jarsOf(
    POMS.hadoop,
    { name: 'hdfs', entry: `hadoop-${HADOOP_VERSION}`, proof: HADOOP_PROOF, variable: 'WEBHDFS_URL' },
    log,
  );
}

/** What a directory of jars is for. */
interface Jars {
  /** For log lines. */
  name: string;
  /** Its directory in the cache. Has the version. */
  entry: string;
  /** The directory is complete if it contains this. */
  proof: string;
  /** The variable that names a running server instead. */
  variable: string;
}

/**
 * The directory with the jars that a `pom.xml` names. Maven builds share a lock: two Maven processes must not use one local repository at the
 * same time.
 */
export function jarsOf(pomDirectory: URL, { name, entry, proof, variable }: Jars, log: ProgressLog): Promise<string> {
  return cached({
    name: entry,
    lock: 'maven',
    isComplete: (place) => existsSync(join(place, proof)),
    onWait: () => log.step(name, 'waiting for another Maven build of this user'),
    build: async (scratch) => {
      const mvn = requireProgram(
        'mvn',
        `to fetch ${entry}`,
        `Install Maven, or set ${variable} to use a running server.`,
      );
      await withProgress(log, name, `fetching ${entry} with Maven`, 'about 30 seconds', () =>
        runToEnd(`the fetching of ${entry}`, {
          program: mvn,
          args: ['-q', '-B', '-ntp', 'dependency:copy-dependencies', `-Djars=${scratch}`],
          cwd: fileURLToPath(pomDirectory),
          logFile: buildLog(entry),
        }),
      );
    },
  });
}

export function buildLog(name: string): string {
  mkdirSync(cacheDirectory(), { recursive: true });
  return join(cacheDirectory(), `${name}-build.log`);
}

/** Reports `what` and its usual `duration` at the start, and every 20 s while `work` runs. */
export async function withProgress(
  log: ProgressLog,
  name: string,
  what: string,
  duration: string,
  work: () => Promise<void>,
): Promise<void> {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  log.step(name, `${what} (once; ${duration})`);
  const timer = setInterval(() => log.step(name, `still ${what}: ${seconds()} s of ${duration}`), REPORT_EVERY_MS);
  try {
    await work();
    log.step(name, `done ${what}, ${seconds()} s`);
  } finally {
    clearInterval(timer);
  }
}

async function answersVersion(program: string): Promise<boolean> {
  try {
    await promisify(execFile)(program, ['--version'], { timeout: 60_000 });
    return true;
  } catch {
    return false;
  }
}
