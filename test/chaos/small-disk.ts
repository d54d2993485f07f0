import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const sizeMb = 96;

/** A file system of its own in memory, small enough to be filled. Only root may mount one. */
export class SmallDisk {
  readonly #directory: string;
  readonly #ballast: string;

  /** @returns undefined where it cannot be mounted */
  static mount(directory: string): SmallDisk | undefined {
    mkdirSync(directory, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'chatlake-chaos', directory], { stdio: 'ignore' });
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

  /** Takes all that is free. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.#directory);
    try {
      writeFileSync(this.#ballast, Buffer.alloc(bavail * bsize, 1));
    } catch (error) {
      // Somebody else has taken the rest meanwhile: as full as it can be.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }

  empty(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** @returns false while a file on it is being written */
  makeReadOnly(): boolean {
    return this.#remount('ro');
  }

  makeWritable(): boolean {
    return this.#remount('rw');
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
