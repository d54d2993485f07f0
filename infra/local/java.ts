import { join } from 'node:path';
import { allOnPath, isExecutable } from './programs.ts';
import { Refusal } from '../../common/refusal.ts';
import { majorOf, versionOutput } from './versions.ts';

/** Required by Kafka 4 and Hadoop 3.5. */
const MIN_JAVA = 17;

/**
 * Finds a Java that can run Kafka and HDFS: the one in JAVA_HOME, or the first on PATH.
 * @throws Refusal 69 with the version and path of every Java found
 */
export function javaProgram(remedy: string): string {
  const found = candidates().map((path) => ({ path, version: javaVersion(path) }));
  const suitable = found.find(({ version }) => version !== undefined && (majorOf(version) ?? 0) >= MIN_JAVA);
  if (suitable !== undefined) return suitable.path;
  const findings = found.map(({ path, version }) => `${version ?? 'an unknown version'} found at ${path}`);
  throw new Refusal(
    69,
    `Java ${MIN_JAVA} or later is needed (for Kafka, HDFS and Spark), ${findings.length === 0 ? 'none found in JAVA_HOME or on PATH' : findings.join(', ')}. ${remedy}`,
  );
}

/** Without a UTF-8 locale, Java loses non-ASCII characters in paths. */
export const JAVA_ENVIRONMENT = { LC_ALL: 'C.UTF-8' } as const;

/** Small heaps, the serial garbage collector and only the C1 compiler: enough for a laptop, and servers start in half the time. */
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

/** Its version: `17.0.15`, `1.8.0_392`, `21-ea`. Ignores the lines that _JAVA_OPTIONS adds. */
function javaVersion(path: string): string | undefined {
  const output = versionOutput(path, ['-version'])
    .split(/\r?\n/)
    .filter((line) => !/^(Picked up|NOTE:|WARNING:)/i.test(line))
    .join('\n');
  return /\bversion "?([\d][^"\s]*)/.exec(output)?.[1] ?? /^(?:openjdk|java) (\d\S*)/m.exec(output)?.[1];
}
