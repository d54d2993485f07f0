import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SIZE_MB = 96;

/** A file system of its own in memory, small enough to be filled. Only root may mount one. */
export class SmallDisk {
  readonly #directory: string;
  readonly #ballast: string;
  #isToBeFull = false;

  /** @returns undefined where it cannot be mounted */
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
   * Takes all that is free.
   * @returns false where nothing can be written at the moment
   */
  fill(): boolean {
    const { bavail, bsize } = statfsSync(this.#directory);
    try {
      writeFileSync(this.#ballast, Buffer.alloc(bavail * bsize, 1));
    } catch (error) {
      if (isOf(error, 'EROFS')) return false;
      // Somebody else has taken the rest meanwhile: as full as it can be.
      if (!isOf(error, 'ENOSPC')) throw error;
    }
    this.#isToBeFull = true;
    return true;
  }

  /** A disk that is read-only at the moment is emptied when it can be written to again. */
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
