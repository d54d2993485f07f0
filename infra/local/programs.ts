import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program on PATH, or undefined. */
export function onPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/**
 * The path of a program that something needs.
 * @throws Error naming the program, what it is for and the remedy
 */
export function needed(name: string, purpose: string, remedy: string): string {
  const path = onPath(name);
  if (path === undefined) {
    throw new Error(`Expected \`${name}\` on PATH (${purpose}), found none. ${remedy}`);
  }
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Java, from JAVA_HOME or PATH. */
export function javaProgram(remedy: string): string {
  const home = process.env['JAVA_HOME'];
  const own = home === undefined || home === '' ? undefined : join(home, 'bin', 'java');
  return own !== undefined && isExecutable(own)
    ? own
    : needed('java', 'Kafka and HDFS run on Java 17 or later', remedy);
}

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
