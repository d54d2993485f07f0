import { isHadoopBuilt, isKafkaBuilt, isTemporalAvailable } from './builds.ts';
import { javaProgram } from './java.ts';
import { onPath } from './programs.ts';
import { Refusal } from '../../common/refusal.ts';
import { isAtLeast, versionOutput } from './versions.ts';

/** Required by `go.mod` of the `temporal` command. */
const GO_VERSION = '1.25';
/** From this version on, Go downloads the version that it needs (go.dev/doc/toolchain). */
const MIN_GO = '1.21';
/** Required by maven-dependency-plugin 3.11. */
const MIN_MAVEN = '3.6.3';

/** The servers to start here. The environment names the others. */
export interface ServersToStart {
  temporal: boolean;
  kafka: boolean;
  hdfs: boolean;
}

/**
 * Checks the tools that these servers need, before anything is built. Servers that are already built need no build tools.
 * @throws Refusal 69 with a line for each tool that is missing or too old, and the variables that make it unnecessary
 */
export async function checkTools(start: ServersToStart): Promise<void> {
  const needs = [
    ...(start.kafka || start.hdfs ? [() => javaProgram(javaRemedy(start))] : []),
    ...((start.kafka && !isKafkaBuilt()) || (start.hdfs && !isHadoopBuilt()) ? [() => checkMaven(start)] : []),
    ...(start.temporal && !(await isTemporalAvailable()) ? [checkGo] : []),
  ];
  const faults = needs.flatMap((need) => {
    try {
      need();
      return [];
    } catch (error) {
      if (error instanceof Refusal) return [error.message];
      throw error;
    }
  });
  if (faults.length > 0) throw new Refusal(69, faults.join('\n'));
}

function javaRemedy(start: ServersToStart): string {
  return `Install it, or set JAVA_HOME. It is not needed if ${variablesFor(start)} names running servers.`;
}

function variablesFor({ kafka, hdfs }: ServersToStart): string {
  return [...(kafka ? ['KAFKA_BROKERS'] : []), ...(hdfs ? ['WEBHDFS_URL'] : [])].join(' and ');
}

function checkMaven(start: ServersToStart): void {
  const remedy = `Install it. It is not needed if ${variablesFor(start)} names running servers.`;
  const program = onPath('mvn');
  const need = `Maven ${MIN_MAVEN} or later is needed (to fetch Kafka and HDFS)`;
  if (program === undefined) throw new Refusal(69, `${need}, no \`mvn\` found on PATH. ${remedy}`);
  const version = /Maven (\d+(\.\d+)*)/.exec(versionOutput(program, ['-version']))?.[1];
  if (version === undefined) {
    const cause = `Run \`${program} -version\` to see why; often JAVA_HOME is wrong.`;
    throw new Refusal(69, `${need}, one that does not run found at ${program}. ${cause} ${remedy}`);
  }
  if (!isAtLeast(version, MIN_MAVEN)) throw new Refusal(69, `${need}, ${version} found at ${program}. ${remedy}`);
}

function checkGo(): void {
  const remedy = 'Install it, or the `temporal` command. It is not needed if TEMPORAL_ADDRESS names a running server.';
  const program = onPath('go');
  const need = `Go ${GO_VERSION} or later is needed (to build the \`temporal\` command)`;
  if (program === undefined) throw new Refusal(69, `${need}, no \`go\` found on PATH. ${remedy}`);
  const output = versionOutput(program, ['version']);
  if (output === '') throw new Refusal(69, `${need}, one that does not run found at ${program}. ${remedy}`);
  const version = /\bgo(\d+(\.\d+)*)/.exec(output)?.[1];
  // A Go that was built from source may print no number. It is new enough.
  if (version === undefined || isAtLeast(version, GO_VERSION)) return;
  const canDownload = isAtLeast(version, MIN_GO) && !versionOutput(program, ['env', 'GOTOOLCHAIN']).includes('local');
  if (!canDownload) throw new Refusal(69, `${need}, ${version} found at ${program}. ${remedy}`);
}
