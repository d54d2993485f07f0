import { isHadoopBuilt, isKafkaBuilt, isTemporalThere } from './builds.ts';
import { javaProgram } from './java.ts';
import { onPath } from './programs.ts';
import { Refusal } from '../../common/refusal.ts';
import { isAtLeast, saidVersion } from './versions.ts';

/** `go.mod` of the `temporal` command wants Go 1.25, which Go fetches by itself from 1.21 on (go.dev/doc/toolchain). */
const LEAST_GO = '1.21';
const OWN_GO = '1.25';
/** What maven-dependency-plugin 3.11 asks for. */
const LEAST_MAVEN = '3.6.3';

/** The servers that are to be started here; the others are given. */
export interface ServersToStart {
  temporal: boolean;
  kafka: boolean;
  hdfs: boolean;
}

/**
 * Looks whether the tools that these servers need are there, before anything is built. What is built already needs no build tool.
 * @throws Refusal 69 with a line for each that is missing or too old, and the variables that spare the need
 */
export async function checkTools(start: ServersToStart): Promise<void> {
  const needs = [
    ...(start.kafka || start.hdfs ? [() => javaProgram(javaRemedy(start))] : []),
    ...((start.kafka && !isKafkaBuilt()) || (start.hdfs && !isHadoopBuilt()) ? [() => checkMaven(start)] : []),
    ...(start.temporal && !(await isTemporalThere()) ? [checkGo] : []),
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
  return `Install it, or set JAVA_HOME to it; with ${sparedBy(start)} set to servers that run already it is not needed.`;
}

function sparedBy({ kafka, hdfs }: ServersToStart): string {
  return [...(kafka ? ['KAFKA_BROKERS'] : []), ...(hdfs ? ['WEBHDFS_URL'] : [])].join(' and ');
}

function checkMaven(start: ServersToStart): void {
  const spared = `Install it; with ${sparedBy(start)} set to servers that run already it is not needed.`;
  const program = onPath('mvn');
  const need = `Maven ${LEAST_MAVEN} or later is needed (it fetches Kafka and HDFS)`;
  if (program === undefined) throw new Refusal(69, `${need}, no \`mvn\` found on PATH. ${spared}`);
  const version = /Maven (\d+(\.\d+)*)/.exec(saidVersion(program, ['-version']))?.[1];
  if (version === undefined) {
    const remedy = `\`${program} -version\` says why, often a wrong JAVA_HOME.`;
    throw new Refusal(69, `${need}, one that does not run found at ${program}. ${remedy} ${spared}`);
  }
  if (!isAtLeast(version, LEAST_MAVEN)) throw new Refusal(69, `${need}, ${version} found at ${program}. ${spared}`);
}

function checkGo(): void {
  const spared =
    'Install it, or the `temporal` command; with TEMPORAL_ADDRESS set to a server that runs already it is not needed.';
  const program = onPath('go');
  const need = `Go ${OWN_GO} or later is needed (it builds the \`temporal\` command)`;
  if (program === undefined) throw new Refusal(69, `${need}, no \`go\` found on PATH. ${spared}`);
  const said = saidVersion(program, ['version']);
  if (said === '') throw new Refusal(69, `${need}, one that does not run found at ${program}. ${spared}`);
  const version = /\bgo(\d+(\.\d+)*)/.exec(said)?.[1];
  // One built from its sources may not tell a number, and is new.
  if (version === undefined || isAtLeast(version, OWN_GO)) return;
  const fetches = isAtLeast(version, LEAST_GO) && !saidVersion(program, ['env', 'GOTOOLCHAIN']).includes('local');
  if (!fetches) throw new Refusal(69, `${need}, ${version} found at ${program}. ${spared}`);
}
