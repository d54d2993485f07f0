import { readFile, writeFile } from 'node:fs/promises';
import type { FileStatus, Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import { parentOf } from '../../../activities/hdfs/paths.ts';

/** A NameNode and its files in memory. The contract tests run against this and the real one. */
export class MemoryHdfs implements Hdfs {
  readonly files = new Map<string, Buffer>();
  readonly directories = new Set<string>(['/']);

  async mkdirs(path: string): Promise<void> {
    if (this.files.has(path)) throw new HdfsError('exists', `${path} is a file.`);
    if (path === '/') return;
    await this.mkdirs(parentOf(path));
    this.directories.add(path);
  }

  async upload(localFile: string, path: string, options: { createParent: boolean }): Promise<void> {
    await this.#create(path, await readFile(localFile), options.createParent);
  }

  async writeText(path: string, text: string, options: { createParent: boolean }): Promise<void> {
    await this.#create(path, Buffer.from(text), options.createParent);
  }

  async readText(path: string): Promise<string> {
    return this.#content(path).toString();
  }

  async download(path: string, localFile: string): Promise<void> {
    await writeFile(localFile, this.#content(path));
  }

  async rename(from: string, to: string): Promise<void> {
    if (this.files.has(from) && this.directories.has(parentOf(to)) && this.#has(to)) {
      throw new HdfsError('exists', `${to} exists.`);
    }
    this.#move(from, to);
  }

  async replace(from: string, to: string): Promise<void> {
    this.#move(from, to);
  }

  async status(path: string): Promise<FileStatus | undefined> {
    const file = this.files.get(path);
    if (file !== undefined) return { path, type: 'FILE', length: file.length, modificationTimeMs: 0 };
    return this.directories.has(path) ? { path, type: 'DIRECTORY', length: 0, modificationTimeMs: 0 } : undefined;
  }

  async list(path: string): Promise<FileStatus[]> {
    if (this.files.has(path)) throw new HdfsError('invalid', `${path} is a file.`);
    const found: FileStatus[] = [];
    for (const child of [...this.files.keys(), ...this.directories].sort()) {
      if (child === '/' || parentOf(child) !== path) continue;
      const status = await this.status(child);
      if (status !== undefined) found.push(status);
    }
    return found;
  }

  async remove(path: string, options: { recursive?: boolean } = {}): Promise<boolean> {
    const below = [...this.files.keys(), ...this.directories].filter((other) => other.startsWith(`${path}/`));
    if (below.length > 0 && options.recursive !== true) throw new HdfsError('exists', `${path} is not empty.`);
    const wasThere = this.#has(path);
    for (const other of [...below, path]) {
      this.directories.delete(other);
      this.files.delete(other);
    }
    return wasThere;
  }

  async #create(path: string, content: Buffer, createParent: boolean): Promise<void> {
    const parent = parentOf(path);
    if (createParent) await this.mkdirs(parent);
    if (!this.directories.has(parent)) throw new HdfsError('fenced', `${parent} does not exist.`);
    if (this.#has(path)) throw new HdfsError('exists', `${path} exists.`);
    this.files.set(path, content);
  }

  #move(from: string, to: string): void {
    const content = this.files.get(from);
    if (content === undefined) throw new HdfsError('fenced', `${from} does not exist.`);
    if (!this.directories.has(parentOf(to))) throw new HdfsError('fenced', `${parentOf(to)} does not exist.`);
    this.files.delete(from);
    this.files.set(to, content);
  }

  #content(path: string): Buffer {
    const content = this.files.get(path);
    if (content === undefined) throw new HdfsError('absent', `${path} does not exist.`);
    return content;
  }

  #has(path: string): boolean {
    return this.files.has(path) || this.directories.has(path);
  }
}
