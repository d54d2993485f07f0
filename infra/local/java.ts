import { join } from 'node:path';
import { allOnPath, isExecutable } from './programs.ts';
import { Refusal } from '../../common/refusal.ts';
import { majorOf, saidVersion } from './versions.ts';

/** Kafka 4 and Hadoop 3.5 are compiled for it. */
const LEAST = 17;

/**
 * Java in a version that Kafka and HDFS run on: that of JAVA_HOME, else the first such on PATH.
 * @throws Refusal 69 with every Java that was found, its version and its place
 */
export function javaProgram(remedy: string): string {
  const found = candidates().map((path) => ({ path, version: javaVersion(path) }));
  const right = found.find(({ version }) => version !== undefined && (majorOf(version) ?? 0) >= LEAST);
  if (right !== undefined) return right.path;
  const words = found.map(({ path, version }) => `${version ?? 'one that does not tell its version'} found at ${path}`);
  throw new Refusal(
    69,
    `Java ${LEAST} or later is needed (Kafka and HDFS run on it), ${words.length === 0 ? 'none found in JAVA_HOME or on PATH' : words.join(', ')}. ${remedy}`,
  );
}

/** A path with any sign in it is passed on whatever the language of the shell: without UTF-8, Java would lose all but ASCII. */
export const JAVA_ENVIRONMENT = { LC_ALL: 'C.UTF-8' } as const;

/** Small heaps, the serial collector and the quick compiler: these servers hold one laptop's data, and start in half the time. */
export function javaFlags(heapMegabytes: number): string[] {
  return [
    `-Xmx${heapMegabytes}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Djava.awt.headless=true',
    '-Djava.net.preferIPv4Stack=true',
  ];
}

function candidates(): string[] {
  const home = process.env['JAVA_HOME']?.trim();
  const own = home ? [join(home, 'bin', 'java')].filter(isExecutable) : [];
  return [...new Set([...own, ...allOnPath('java')])];
}

/** What it calls itself: `17.0.15`, `1.8.0_392`, `21-ea`. What _JAVA_OPTIONS makes it say before that is passed over. */
function javaVersion(path: string): string | undefined {
  const said = saidVersion(path, ['-version'])
    .split(/\r?\n/)
    .filter((line) => !/^(Picked up|NOTE:|WARNING:)/i.test(line))
    .join('\n');
  return /\bversion "?([\d][^"\s]*)/.exec(said)?.[1] ?? /^(?:openjdk|java) (\d\S*)/m.exec(said)?.[1];
}
