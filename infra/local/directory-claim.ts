import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockDirectory } from '../../common/directory-lock.ts';
import { Refusal } from '../../common/refusal.ts';
import { identifyProcess, isLiving } from './process-identity.ts';

/** How long servers of a dead launcher may take to end: longer than the grace that their guards give them. */
const LEFTOVERS_END_WITHIN_MS = 60_000;

/**
 * Takes a data directory for this process, so that no two launchers run servers on the same data. Where the last one died, the servers
 * that it left (their guards are ending them) are waited for.
 * @returns the function that gives the directory back
 * @throws Refusal 73 when a living process holds the directory, or servers do not end
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
    // A launcher of an earlier release holds no lock.
    if (isLiving(contentOf(file))) throw taken(directory, contentOf(file));
    // Tells people, and `make clean`, whose the directory is.
    writeFileSync(file, identifyProcess(process.pid) ?? String(process.pid));
  } catch (error) {
    unlock();
    throw error;
  }
  try {
    await leftoversEnded(directory);
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

/** Remembers the guard of a running server in its data directory; returns the function that forgets it. */
export function noteGuard(directory: string, name: string, pid: number): () => void {
  const file = join(directory, `${name}.guard`);
  writeFileSync(file, identifyProcess(pid) ?? '');
  return () => rmSync(file, { force: true });
}

async function leftoversEnded(directory: string): Promise<void> {
  const deadline = Date.now() + LEFTOVERS_END_WITHIN_MS;
  for (const name of readdirSync(directory).filter((entry) => entry.endsWith('.guard'))) {
    const file = join(directory, name);
    while (isLiving(contentOf(file))) {
      if (Date.now() > deadline) {
        throw new Refusal(
          73,
          `Expected the servers of an earlier launcher in ${directory} to end within ${LEFTOVERS_END_WITHIN_MS} ms, but process ` +
            `${Number.parseInt(contentOf(file), 10)} (${name}) still lives. End it and try again.`,
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
