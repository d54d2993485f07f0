import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockDirectory } from '../../common/directory-lock.ts';
import type { Log } from '../../common/log.ts';
import { Refusal } from '../../common/refusal.ts';

/** Frees a lock. */
export type Release = () => void;

export interface LockOptions {
  /** Each holds one directory per collector. */
  roots: readonly string[];
  /** The collector's name. */
  name: string;
  log: Log;
  /** How long to wait for another process. By default longer than a collector takes to stop, which is 69 s at most. */
  waitMs?: number;
}

const LOCK = 'collector';
export const LOCK_FILE = `.${LOCK}.lock`;
const TRY_EVERY_MS = 200;

/**
 * Locks the directories of a collector, so that no other process writes, sends or removes lines in them. An earlier process of that name
 * may still be stopping: it is waited for.
 * @throws Refusal 73 if another process keeps the lock, or a directory cannot be locked
 */
export async function lockCollector({ roots, name, log, waitMs = 75_000 }: LockOptions): Promise<Release> {
  const releases: Release[] = [];
  const giveUpAtMs = performance.now() + waitMs;
  for (const root of roots) releases.push(await lock(join(root, name), name, giveUpAtMs, log));
  return () => releases.forEach((release) => release());
}

async function lock(directory: string, name: string, giveUpAtMs: number, log: Log): Promise<Release> {
  for (let attempt = 0; ; attempt++) {
    const release = lockOrRefuse(directory);
    if (release !== undefined) return release;
    if (performance.now() >= giveUpAtMs) {
      const text = `Expected no other collector to be named ${name} in this DATA_DIR, but another process holds ${directory}. Stop that process, or set COLLECTOR_NAME or DATA_DIR to another one.`;
      throw new Refusal(73, text);
    }
    if (attempt === 0) log.warn('waiting for another collector process of the same name to stop', { name, directory });
    await delay(TRY_EVERY_MS);
  }
}

function lockOrRefuse(directory: string): Release | undefined {
  try {
    return tryLock(directory);
  } catch (error) {
    const text = `Expected to create and lock the file ${join(directory, LOCK_FILE)}, got: ${(error as Error).message}. Set DATA_DIR to a directory on a local disk that this user may write to.`;
    throw new Refusal(73, text, error);
  }
}

/**
 * Creates the directory if need be, and locks it for this process; see {@link lockDirectory}.
 * @returns undefined if another process, or this one, holds the lock
 * @throws the system's error
 */
export function tryLock(directory: string): Release | undefined {
  mkdirSync(directory, { recursive: true });
  const release = lockDirectory(directory, LOCK, 0);
  // The last holder may have removed the directory after the file was opened here.
  if (release === undefined || existsSync(join(directory, LOCK_FILE))) return release;
  release();
  return undefined;
}
