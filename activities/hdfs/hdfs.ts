/** What HDFS says of one path. Times are in milliseconds since 1970, lengths in bytes. */
export interface FileStatus {
  /** The absolute path that was asked for or, in a listing, the directory and the name joined. */
  path: string;
  type: 'FILE' | 'DIRECTORY';
  length: number;
  modificationTimeMs: number;
}

/** How a file is made. Nothing is ever overwritten by an upload. */
export interface CreateOptions {
  /** Whether missing parent directories are made too. With `false` a missing parent is an error of kind `fenced`. */
  createParent: boolean;
}

/**
 * The part of HDFS that Chatlake uses, made strict: a method resolves only when the server has said yes, and throws an
 * {@link ./error.ts HdfsError} otherwise. Paths are absolute. Every call has a deadline.
 *
 * A change (`mkdirs`, `upload`, `writeText`, `rename`, `replace`, `remove`) whose request was sent and whose answer was lost is never
 * sent again: an error of kind `lost` tells that the change may or may not have happened, and the caller looks before it decides.
 */
export interface Hdfs {
  /** Makes the directory and its missing parents. A directory that exists is a yes. Throws `exists` where a file is in the way. */
  mkdirs(path: string): Promise<void>;
  /**
   * Makes the file at `path` from a local file and compares the lengths afterwards. Throws `exists` where the path is taken, `fenced` where
   * the parent is missing or vanished, `broken` where the lengths differ (the file there is not removed: its name says nothing).
   */
  upload(localFile: string, path: string, options: CreateOptions): Promise<void>;
  /** {@link upload} of a text as UTF-8. */
  writeText(path: string, text: string, options: CreateOptions): Promise<void>;
  /** The whole file as UTF-8 text. Throws `absent`; `broken` where fewer bytes came than the file has. */
  readText(path: string): Promise<string>;
  /** Writes the whole file to `localFile`, replacing what is there. Throws `absent`; `broken` where the lengths differ. */
  download(path: string, localFile: string): Promise<void>;
  /** Renames, never onto something. Throws `exists` where the target is taken, `fenced` where the source or the target's parent is missing. */
  rename(from: string, to: string): Promise<void>;
  /** Renames and replaces a file that has the target's name, in one step. Throws `fenced` where the source is missing. */
  replace(from: string, to: string): Promise<void>;
  /** `undefined` where nothing has this path. */
  status(path: string): Promise<FileStatus | undefined>;
  /** Everything in the directory, sorted by name; empty where the directory does not exist. */
  list(path: string): Promise<FileStatus[]>;
  /** Whether there was something to remove. Throws `exists` for a directory that is not empty, unless `recursive`. */
  remove(path: string, options?: { recursive?: boolean }): Promise<boolean>;
}
