import { mkdtemp, rm, stat } from 'node:fs/promises';

/** What loading, compacting and refining ask of the local disk themselves. Files are written and read by others, who are given their paths. */
export interface Disk {
  /** The length of a file, in bytes. */
  size(file: string): Promise<number>;
  /** Makes a directory that nobody else has, and gives its path: `prefix` and some characters more. */
  makeDirectory(prefix: string): Promise<string>;
  /** Removes a file, or a directory with all that is in it. Nothing there is a yes. */
  remove(path: string): Promise<void>;
}

/** The disk of this host. */
export const localDisk: Disk = {
  size: async (file) => (await stat(file)).size,
  makeDirectory: (prefix) => mkdtemp(prefix),
  // A download that was given up may still write into the directory.
  remove: (path) => rm(path, { recursive: true, force: true, maxRetries: 5 }),
};
