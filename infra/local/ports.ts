import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort, isFree } from '../../common/free-port.ts';

export type Ports<Name extends string> = Record<Name, number>;

/** The most attempts, if other programs take ports between choosing and using them. */
const ATTEMPTS = 3;

/**
 * Runs `start` with a free loopback port for each name. The ports are stored in `ports.json` of the directory, and the next start uses
 * those that are still free. If `start` fails and another program holds one of its ports, or held it, it runs again with free ports.
 */
export async function withPorts<Name extends string, T>(
  directory: string,
  names: readonly Name[],
  start: (ports: Ports<Name>) => Promise<T>,
): Promise<T> {
  const file = join(directory, 'ports.json');
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(names, keptPorts(file));
    writeFileSync(file, `${JSON.stringify(ports, undefined, 2)}\n`);
    try {
      return await start(ports);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      const free = await Promise.all(names.map((name) => isFree(ports[name])));
      if (!free.includes(false) && !saysTaken(error)) throw error;
    }
  }
}

/** A connection of another program may have had the port for a moment. The server's log is part of the message. */
const saysTaken = (error: unknown): boolean =>
  error instanceof Error && /address already in use|EADDRINUSE/i.test(error.message);

async function choosePorts<Name extends string>(
  names: readonly Name[],
  kept: Partial<Record<string, number>>,
): Promise<Ports<Name>> {
  const chosen = new Map<Name, number>();
  for (const name of names) {
    let port = kept[name];
    while (port === undefined || [...chosen.values()].includes(port) || !(await isFree(port))) port = await freePort();
    chosen.set(name, port);
  }
  return Object.fromEntries(chosen) as Ports<Name>;
}

/** The ports of an earlier start; empty if the file is missing or damaged, because any port will do. */
export function keptPorts(file: string): Partial<Record<string, number>> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return z.record(z.string(), z.int().min(1).max(65_535)).parse(content);
  } catch {
    return {};
  }
}
