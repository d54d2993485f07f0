import { HdfsError } from '../../activities/hdfs/error.ts';
import type { FileStatus } from '../../activities/hdfs/hdfs.ts';
import { baseName, parentOf } from '../../activities/hdfs/paths.ts';

interface Directory {
  children: Set<string>;
}

interface OpenFile {
  content: string;
  modificationTimeMs: number;
  isRemoved: boolean;
}

/** Called immediately after each change of a name. */
export interface NameWatch {
  named(path: string, content: string, by: 'creation' | 'rename'): void;
  removed(path: string): void;
}

/** Directories whose entries have random names: of running work, and of days of yellow. */
const WORK_DIRECTORY = /\/\.|\/hour=\d{4}-\d{2}-\d{2}$/;

/**
 * The NameNode and its files. Each method is one atomic step and follows the contract of `Hdfs`. But a file is
 * written in two steps: `open` creates it empty, `close` sets its content. In between it may be renamed or removed.
 */
export class NameNode {
  readonly #files = new Map<string, OpenFile>();
  readonly #directories = new Map<string, Directory>([['/', { children: new Set() }]]);
  readonly #watch: NameWatch;
  #changes = 0;

  constructor(watch: NameWatch) {
    this.#watch = watch;
  }

  contentOf(path: string): string | undefined {
    return this.#files.get(path)?.content;
  }

  makeDirectories(path: string): void {
    if (this.#directories.has(path)) return;
    if (this.#files.has(path)) throw new HdfsError('exists', `${path} is a file.`);
    this.makeDirectories(parentOf(path));
    this.#directories.set(path, { children: new Set() });
    this.#directories.get(parentOf(path))?.children.add(path);
  }

  /** @returns the file for `close` */
  open(path: string, createParent: boolean): OpenFile {
    if (createParent) this.makeDirectories(parentOf(path));
    const parent = this.#parentOf(path);
    if (this.#files.has(path) || this.#directories.has(path)) throw new HdfsError('exists', `${path} exists.`);
    const file = { content: '', modificationTimeMs: ++this.#changes, isRemoved: false };
    this.#files.set(path, file);
    parent.children.add(path);
    this.#watch.named(path, '', 'creation');
    return file;
  }

  /** Sets the content of an open file: all of it, or the part before the connection broke. Works after a rename, too. */
  close(file: OpenFile, content: string): void {
    if (file.isRemoved) throw new HdfsError('fenced', 'The file is no longer open.');
    file.content = content;
  }

  read(path: string): string {
    const content = this.contentOf(path);
    if (content === undefined) throw new HdfsError('absent', `${path} does not exist.`);
    return content;
  }

  rename(from: string, to: string): void {
    const isTaken = this.#files.has(to) || this.#directories.has(to);
    if (isTaken && this.#files.has(from)) throw new HdfsError('exists', `${to} exists.`);
    this.replace(from, to);
  }

  replace(from: string, to: string): void {
    const file = this.#files.get(from);
    if (file === undefined) throw new HdfsError('fenced', `${from} does not exist.`);
    const parent = this.#parentOf(to);
    const replaced = this.#files.get(to);
    if (replaced !== undefined) replaced.isRemoved = true;
    this.#forget(from);
    this.#watch.removed(from);
    this.#files.set(to, file);
    parent.children.add(to);
    this.#watch.named(to, file.content, 'rename');
  }

  status(path: string): FileStatus | undefined {
    const file = this.#files.get(path);
    if (file !== undefined) {
      return { path, type: 'FILE', length: file.content.length, modificationTimeMs: file.modificationTimeMs };
    }
    return this.#directories.has(path) ? { path, type: 'DIRECTORY', length: 0, modificationTimeMs: 0 } : undefined;
  }

  /** Sorted by name. Random names are in order of creation, so that a schedule does not depend on them. */
  list(path: string): FileStatus[] {
    if (this.#files.has(path)) throw new HdfsError('invalid', `${path} is a file.`);
    const children = [...(this.#directories.get(path)?.children ?? [])];
    if (!WORK_DIRECTORY.test(path)) children.sort();
    return children.map((child) => this.status(child)).filter((status) => status !== undefined);
  }

  remove(path: string, recursive: boolean): boolean {
    const directory = this.#directories.get(path);
    if (directory !== undefined) {
      if (directory.children.size > 0 && !recursive) throw new HdfsError('exists', `${path} is not empty.`);
      for (const child of directory.children) this.remove(child, true);
      this.#directories.delete(path);
    } else {
      const file = this.#files.get(path);
      if (file === undefined) return false;
      file.isRemoved = true;
    }
    this.#forget(path);
    this.#watch.removed(path);
    return true;
  }

  #forget(path: string): void {
    this.#files.delete(path);
    this.#directories.get(parentOf(path))?.children.delete(path);
  }

  #parentOf(path: string): Directory {
    const parent = this.#directories.get(parentOf(path));
    if (parent === undefined)
      throw new HdfsError('fenced', `${parentOf(path)} does not exist (for ${baseName(path)}).`);
    return parent;
  }
}
