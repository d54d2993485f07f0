import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../../common/refusal.ts';
import { identifyProcess, isLiving } from './process-identity.ts';

/** How long servers of a dead launcher may take to end: longer than the grace that their guards give them. */
const leftoversEndWithinMs = 60_000;

/**
 * Takes a data directory for this process, so that no two launchers run servers on the same data. A claim of a process that lives no
 * more is taken over, once the servers it left (their guards are ending them) are gone.
 * @returns the function that gives the directory back
 * @throws Error when a living process holds the directory
 */
export async function claimDirectory(directory: string): Promise<() => void> {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'launcher.pid');
  while (!created(file, identifyProcess(process.pid) ?? String(process.pid))) {
    const holder = contentOf(file);
    if (isLiving(holder)) {
      throw new Refusal(
        73,
        `Expected ${directory} to be free, but process ${Number.parseInt(holder, 10)} runs servers in it. ` +
          'Stop that process, or choose another directory.',
      );
    }
    rmSync(file, { force: true });
  }
  try {
    await leftoversEnded(directory);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  return () => rmSync(file, { force: true });
}

/** Remembers the guard of a running server in its data directory; returns the function that forgets it. */
export function noteGuard(directory: string, name: string, pid: number): () => void {
  const file = join(directory, `${name}.guard`);
  writeFileSync(file, identifyProcess(pid) ?? '');
  return () => rmSync(file, { force: true });
}

async function leftoversEnded(directory: string): Promise<void> {
  const deadline = Date.now() + leftoversEndWithinMs;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.guard'))) {
    const file = join(directory, name);
    while (isLiving(contentOf(file))) {
      if (Date.now() > deadline) {
        throw new Refusal(
          73,
          `Expected the servers of an earlier launcher in ${directory} to end within ${leftoversEndWithinMs} ms, but process ` +
            `${Number.parseInt(contentOf(file), 10)} (${name}) still lives. End it and try again.`,
        );
      }
      await delay(100);
    }
    rmSync(file, { force: true });
  }
}

function created(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
