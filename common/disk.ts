import { mkdtemp, rm, stat } from 'node:fs/promises';

/** The local disk for loading, compacting and refining. Libraries read and write the files by their paths. */
export interface Disk {
  /** The length of a file in bytes. */
  size(file: string): Promise<number>;
  /** Creates a new directory. Returns its path: `prefix` and some random characters. */
  makeDirectory(prefix: string): Promise<string>;
  /** Removes a file, or a directory with its content. Succeeds if it does not exist. */
  remove(path: string): Promise<void>;
}

/** The disk of this host. */
export const localDisk: Disk = {
  size: async (file) => (await stat(file)).size,
  makeDirectory: (prefix) => mkdtemp(prefix),
  // An abandoned download may still write to the directory.
  remove: (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }),
};
