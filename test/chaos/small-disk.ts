import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE_MB = 96;

/** A small in-memory file system that can be filled. Only root can mount one. */
export class SmallDisk {
  readonly #directory: string;
  readonly #ballast: string;
  #isToBeFull = false;

  /** @returns undefined if it cannot be mounted */
  static mount(directory: string): SmallDisk | undefined {
    mkdirSync(directory, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'chatlake-chaos', directory], {
        stdio: 'ignore',
      });
      return new SmallDisk(directory);
    } catch {
      return undefined;
    }
  }

  /** Use {@link SmallDisk.mount}. */
  constructor(directory: string) {
    this.#directory = directory;
    this.#ballast = join(directory, 'ballast');
  }

  /**
   * Uses up all free space.
   * @returns false if nothing can be written now
   */
  fill(): boolean {
    const { bavail, bsize } = statfsSync(this.#directory);
    try {
      writeFileSync(this.#ballast, Buffer.alloc(bavail * bsize, 1));
    } catch (error) {
      if (isOf(error, 'EROFS')) return false;
      // Another process has used the rest, so it is full.
      if (!isOf(error, 'ENOSPC')) throw error;
    }
    this.#isToBeFull = true;
    return true;
  }

  /** A read-only disk is emptied when it becomes writable again. */
  empty(): void {
    this.#isToBeFull = false;
    try {
      unlinkSync(this.#ballast);
    } catch (error) {
      if (!isOf(error, 'EROFS') && !isOf(error, 'ENOENT')) throw error;
    }
  }

  /** @returns false while a file on it is being written */
  makeReadOnly(): boolean {
    return this.#remount('ro');
  }

  makeWritable(): boolean {
    if (!this.#remount('rw')) return false;
    if (!this.#isToBeFull) this.empty();
    return true;
  }

  unmount(): void {
    execFileSync('umount', ['--lazy', this.#directory], { stdio: 'ignore' });
  }

  #remount(mode: 'ro' | 'rw'): boolean {
    try {
      execFileSync('mount', ['-o', `remount,${mode}`, this.#directory], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
}

function isOf(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
