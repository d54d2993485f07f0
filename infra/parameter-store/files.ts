import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../common/whole-file.ts';
import { makeDirectory, removeWhole } from './durable-directory.ts';
import { StoreFault } from './fault.ts';
import { SECRETS, isSecret, isSegment } from './path.ts';
import type { Sealing } from './sealing.ts';

export interface StoredParameter {
  /** The JSON as it was written. */
  text: string;
  etag: string;
  file: string;
}

/** Checks the current ETag. @throws StoreFault 412 */
export type Condition = (etag: string | undefined) => void;

/**
 * Parameters as files: `config/pipeline` is the file `config/pipeline.json` with the JSON as it was written, so people can read and edit
 * it. Below `secrets/` it is encrypted. Symbolic links are never followed. Writes to one path run one after the other, so a condition
 * still holds during its write. That requires one process per directory.
 */
export class ParameterFiles {
  readonly #directory: string;
  readonly #sealing: Sealing;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(directory: string, sealing: Sealing) {
    this.#directory = directory;
    this.#sealing = sealing;
  }

  /** @throws StoreFault 404 `absent`; 500 `damaged` for a file that is not JSON or cannot be decrypted */
  async read(segments: readonly string[]): Promise<StoredParameter> {
    const found = await this.#bytes(segments);
    if (found === undefined) throw absent(segments);
    return { text: this.#textOf(segments, found.content), etag: found.etag, file: this.#file(segments) };
  }

  /** Writes the JSON if `condition` allows it. Returns the new ETag, and whether the parameter is new. */
  write(segments: readonly string[], text: string, condition: Condition): Promise<{ etag: string; created: boolean }> {
    return this.#inTurn(segments, async () => {
      const before = await this.#bytes(segments);
      condition(before?.etag);
      const path = segments.join('/');
      await makeDirectory(join(this.#directory, ...segments.slice(0, -1)));
      const content = isSecret(segments) ? this.#sealing.seal(path, text) : `${text.trim()}\n`;
      await writeWhole(this.#file(segments), content, 0o600);
      const after = await this.#bytes(segments);
      if (after === undefined) throw new Error('another process removed the file immediately after it was written');
      return { etag: after.etag, created: before === undefined };
    });
  }

  /** @throws StoreFault 404 `absent` */
  remove(segments: readonly string[], condition: Condition): Promise<void> {
    return this.#inTurn(segments, async () => {
      const before = await this.#bytes(segments);
      condition(before?.etag);
      if (before === undefined) throw absent(segments);
      await removeWhole(this.#file(segments));
    });
  }

  /** All paths with this prefix, sorted. */
  async list(prefix: string): Promise<string[]> {
    const paths: string[] = [];
    const walk = async (directory: string, above: string): Promise<void> => {
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        const name = entry.isFile() && entry.name.endsWith('.json') ? entry.name.slice(0, -'.json'.length) : entry.name;
        const path = `${above}${name}`;
        if (!isSegment(name)) continue;
        if (entry.isDirectory() && overlap(`${path}/`, prefix)) await walk(join(directory, name), `${path}/`);
        else if (entry.isFile() && name !== entry.name && path.startsWith(prefix)) paths.push(path);
      }
    };
    await walk(this.#directory, '');
    return paths.sort();
  }

  /** How many parameters there are, and the bytes that they have on the disk. */
  async measure(): Promise<{ parameters: number; bytes: number }> {
    const paths = await this.list('');
    const sizes = await Promise.all(paths.map((path) => lstat(this.#file(path.split('/'))).catch(undefinedWhenAbsent)));
    return { parameters: paths.length, bytes: sizes.reduce((sum, it) => sum + (it?.size ?? 0), 0) };
  }

  /** How many secrets there are, and how many of them neither the key nor an older one opens. */
  async countSecrets(): Promise<{ secrets: number; unreadable: number }> {
    const found = { secrets: 0, unreadable: 0 };
    for (const path of await this.list(`${SECRETS}/`)) {
      const file = await this.#bytes(path.split('/'));
      if (file === undefined) continue;
      found.secrets++;
      if (this.#openedWithAge(path, file.content) === undefined) found.unreadable++;
    }
    return found;
  }

  /** Encrypts secrets of an older key with the new one. Those that no key opens stay as they are. @returns how many it were */
  async sealAgain(): Promise<number> {
    let count = 0;
    for (const path of await this.list(`${SECRETS}/`)) {
      const segments = path.split('/');
      await this.#inTurn(segments, async () => {
        const found = await this.#bytes(segments);
        const opened = found === undefined ? undefined : this.#openedWithAge(path, found.content);
        if (opened?.isOld !== true) return;
        await writeWhole(this.#file(segments), this.#sealing.seal(path, opened.text), 0o600);
        count++;
      });
    }
    return count;
  }

  #openedWithAge(path: string, content: Buffer): { text: string; isOld: boolean } | undefined {
    try {
      return this.#sealing.openWithAge(path, content.toString('utf8'));
    } catch {
      return undefined;
    }
  }

  #file(segments: readonly string[]): string {
    return `${join(this.#directory, ...segments)}.json`;
  }

  /**
   * The file and its version. The version depends on the content, the inode and the modification time. Each write creates an inode, so
   * writing the same content again also creates a new version.
   */
  async #bytes(segments: readonly string[]): Promise<{ content: Buffer; etag: string } | undefined> {
    if (!(await this.#exists(segments))) return undefined;
    const handle = await open(this.#file(segments), constants.O_RDONLY | constants.O_NOFOLLOW).catch(
      undefinedWhenAbsent,
    );
    if (handle === undefined) return undefined;
    try {
      const content = await handle.readFile();
      const { ino, mtimeNs } = await handle.stat({ bigint: true });
      const hash = createHash('sha256').update(content).update(`${ino} ${mtimeNs}`).digest('base64url');
      return { content, etag: `"${hash.slice(0, 32)}"` };
    } finally {
      await handle.close();
    }
  }

  /** Whether the file exists. @throws StoreFault 409 if a part of its path is a symbolic link or another special file */
  async #exists(segments: readonly string[]): Promise<boolean> {
    for (let depth = 1; depth <= segments.length; depth += 1) {
      const isLast = depth === segments.length;
      const place = isLast ? this.#file(segments) : join(this.#directory, ...segments.slice(0, depth));
      const found = await lstat(place).catch(undefinedWhenAbsent);
      if (found === undefined) return false;
      if (isLast ? !found.isFile() : !found.isDirectory()) {
        const expected = isLast ? 'a plain file' : 'a plain directory';
        const kind = found.isSymbolicLink() ? 'a symbolic link' : 'something else';
        throw new StoreFault(409, 'not_plain', `Expected ${place} to be ${expected}, found ${kind}. Replace it.`);
      }
    }
    return true;
  }

  #textOf(segments: readonly string[], content: Buffer): string {
    try {
      const decoded = new TextDecoder('utf-8', { fatal: true }).decode(content);
      const text = isSecret(segments) ? this.#sealing.open(segments.join('/'), decoded) : decoded;
      JSON.parse(text);
      return text;
    } catch {
      // Without the cause: the parser's message quotes the value.
      const expected = isSecret(segments) ? 'a secret encrypted for this path with this store’s key' : 'JSON';
      throw new StoreFault(
        500,
        'damaged',
        `Expected ${this.#file(segments)} to contain ${expected}, found something else. Correct the file, or PUT a new value.`,
      );
    }
  }

  async #inTurn<T>(segments: readonly string[], work: () => Promise<T>): Promise<T> {
    const path = segments.join('/');
    const turn = (this.#last.get(path) ?? Promise.resolve()).then(work, work);
    this.#last.set(path, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(path) === turn) this.#last.delete(path);
    }
  }
}

/** Whether one begins with the other. */
function overlap(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function absent(segments: readonly string[]): StoreFault {
  return new StoreFault(404, 'absent', `Expected a parameter at ${segments.join('/')}, found none. PUT it first.`);
}

function undefinedWhenAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
