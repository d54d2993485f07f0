import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockDirectory } from '../../common/directory-lock.ts';
import { Refusal } from '../../common/refusal.ts';
import { identifyProcess, isLiving } from './process-identity.ts';

/** The longest wait for the servers of a dead launcher. Longer than the grace time of their guards. */
const LEFTOVERS_END_WITHIN_MS = 60_000;

/**
 * Claims a data directory, so that two launchers never run servers on the same data. If the last launcher died, this waits until the
 * guards have ended its servers.
 * @returns the function that releases the directory
 * @throws Refusal 73 if a living process holds the directory, or the servers do not end
 */
export async function claimDirectory(directory: string): Promise<() => void> {
  mkdirSync(directory, { recursive: true });
  const unlock = lockDirectory(directory, 'launcher');
  const file = join(directory, 'launcher.pid');
  if (unlock === undefined) throw taken(directory, contentOf(file));
  const free = () => {
    rmSync(file, { force: true });
    unlock();
  };
  try {
    // Launchers of earlier releases hold no lock.
    if (isLiving(contentOf(file))) throw taken(directory, contentOf(file));
    // Names the owner for error messages and `make clean`.
    writeFileSync(file, identifyProcess(process.pid) ?? String(process.pid));
  } catch (error) {
    unlock();
    throw error;
  }
  try {
    await waitForLeftovers(directory);
  } catch (error) {
    free();
    throw error;
  }
  return free;
}

function taken(directory: string, holder: string): Refusal {
  const pid = Number.parseInt(holder, 10);
  return new Refusal(
    73,
    `Expected ${directory} to be free, but ${pid > 0 ? `process ${pid}` : 'another process'} runs servers in it. ` +
      'Stop that process, or set DATA_DIR to another directory.',
  );
}

/** Records the guard of a running server in its data directory. Returns the function that removes the record. */
export function recordGuard(directory: string, name: string, pid: number): () => void {
  const file = join(directory, `${name}.guard`);
  writeFileSync(file, identifyProcess(pid) ?? '');
  return () => rmSync(file, { force: true });
}

async function waitForLeftovers(directory: string): Promise<void> {
  const deadline = Date.now() + LEFTOVERS_END_WITHIN_MS;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.guard'))) {
    const file = join(directory, name);
    while (isLiving(contentOf(file))) {
      if (Date.now() > deadline) {
        throw new Refusal(
          73,
          `Expected the servers of an earlier launcher in ${directory} to end within ${LEFTOVERS_END_WITHIN_MS} ms, but process ` +
            `${Number.parseInt(contentOf(file), 10)} (${name}) is still running. Stop it and try again.`,
        );
      }
      await delay(100);
    }
    rmSync(file, { force: true });
  }
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
