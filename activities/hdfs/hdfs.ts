/** The status of a path. Times are in milliseconds since 1970, lengths in bytes. */
export interface FileStatus {
  /** Absolute. */
  path: string;
  type: 'FILE' | 'DIRECTORY';
  length: number;
  modificationTimeMs: number;
}

export interface CreateOptions {
  /** Whether to create missing parent directories. If `false`, a missing parent is an error of kind `fenced`. */
  createParent: boolean;
}

/**
 * HDFS with strict results: a method resolves only if the server has confirmed the request, and throws an {@link ./error.ts HdfsError}
 * otherwise. Paths are absolute. Every call has a deadline.
 *
 * Changes (`mkdirs`, `upload`, `writeText`, `rename`, `replace`, `remove`) are never sent twice. If the answer to a change is lost, the
 * error is of kind `lost`: the change may have happened. `safe-changes.ts` has changes that check and retry.
 */
export interface Hdfs {
  /** Creates the directory and its missing parents. Succeeds if the directory exists. Throws `exists` if a file is in the way. */
  mkdirs(path: string): Promise<void>;
  /**
   * Creates the file at `path` from a local file, then compares the lengths. Never overwrites. Throws `exists` if the path is taken, `fenced`
   * if the parent does not exist, `broken` if the lengths differ. It does not remove a broken file.
   */
  upload(localFile: string, path: string, options: CreateOptions): Promise<void>;
  /** {@link upload} of a text as UTF-8. */
  writeText(path: string, text: string, options: CreateOptions): Promise<void>;
  /** Reads the whole file as UTF-8 text. Throws `absent`; `broken` if the lengths differ. */
  readText(path: string): Promise<string>;
  /** Writes the whole file to `localFile`, which is replaced. Throws `absent`; `broken` if the lengths differ. */
  download(path: string, localFile: string): Promise<void>;
  /** Renames and never overwrites. Throws `exists` if the target is taken, `fenced` if the source or the target's parent does not exist. */
  rename(from: string, to: string): Promise<void>;
  /** Renames and replaces an existing target file, atomically. Throws `fenced` if the source does not exist. */
  replace(from: string, to: string): Promise<void>;
  /** `undefined` if the path does not exist. */
  status(path: string): Promise<FileStatus | undefined>;
  /** All entries of the directory, sorted by name; empty if the directory does not exist. */
  list(path: string): Promise<FileStatus[]>;
  /** @returns whether the path existed. Throws `exists` if the directory is not empty, unless `recursive` */
  remove(path: string, options?: { recursive?: boolean }): Promise<boolean>;
}
