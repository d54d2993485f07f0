import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../../common/whole-file.ts';
import { makeDirectory, removeWhole } from './durable-directory.ts';
import { StoreFault } from './fault.ts';
import { isSecret, isSegment } from './parameter-path.ts';
import type { Sealing } from './sealing.ts';

export interface StoredParameter {
  /** JSON, as it was put. */
  text: string;
  etag: string;
  /** Where it is kept. */
  file: string;
}

/** An ETag's verdict on what is there: throws a 412 or returns. */
export type Condition = (etag: string | undefined) => void;

/**
 * Parameters as files: `config/pipeline` is `config/pipeline.json`, holding the JSON as it was put, so that people can read and edit it;
 * below `secrets/` it is sealed. Symbolic links are not followed, wherever on the way they are. Operations on one path follow one
 * another, so that a condition still holds when the write that depends on it happens: this takes one process a directory.
 */
export class ParameterFiles {
  readonly #directory: string;
  readonly #sealing: Sealing;
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(directory: string, sealing: Sealing) {
    this.#directory = directory;
    this.#sealing = sealing;
  }

  /** @throws StoreFault 404 `absent`; 500 `damaged` for a file that holds no JSON or does not open */
  async read(segments: readonly string[]): Promise<StoredParameter> {
    const found = await this.#bytes(segments);
    if (found === undefined) throw absent(segments);
    return { text: this.#textOf(segments, found.content), etag: found.etag, file: this.#file(segments) };
  }

  /** Writes the JSON where `condition` allows it; tells the new ETag and whether there was nothing before. */
  write(segments: readonly string[], text: string, condition: Condition): Promise<{ etag: string; created: boolean }> {
    return this.#inTurn(segments, async () => {
      const before = await this.#bytes(segments);
      condition(before?.etag);
      const path = segments.join('/');
      await makeDirectory(join(this.#directory, ...segments.slice(0, -1)));
      const content = isSecret(segments) ? this.#sealing.seal(path, text) : `${text.trim()}\n`;
      await writeWhole(this.#file(segments), content, 0o600);
      const after = await this.#bytes(segments);
      if (after === undefined) throw new Error('the file was removed by somebody else as soon as it was written');
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

  /** All paths that begin with `prefix`, sorted. */
  async list(prefix: string): Promise<string[]> {
    const paths: string[] = [];
    const walk = async (directory: string, above: string): Promise<void> => {
      for (const entry of await readdir(directory, { withFileTypes: true })) {
        const name = entry.isFile() && entry.name.endsWith('.json') ? entry.name.slice(0, -'.json'.length) : entry.name;
        const path = `${above}${name}`;
        if (!isSegment(name)) continue;
        if (entry.isDirectory()) await walk(join(directory, name), `${path}/`);
        else if (entry.isFile() && name !== entry.name && path.startsWith(prefix)) paths.push(path);
      }
    };
    await walk(this.#directory, '');
    return paths.sort();
  }

  #file(segments: readonly string[]): string {
    return `${join(this.#directory, ...segments)}.json`;
  }

  /**
   * The file and its version. The version is made of content, inode and time of change: each write makes a new inode, so that writing
   * what was there already is a new version too.
   */
  async #bytes(segments: readonly string[]): Promise<{ content: Buffer; etag: string } | undefined> {
    if (!(await this.#isReached(segments))) return undefined;
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

  /** Whether the file is there, below plain directories and plain itself. */
  async #isReached(segments: readonly string[]): Promise<boolean> {
    for (let depth = 1; depth <= segments.length; depth += 1) {
      const isLast = depth === segments.length;
      const place = isLast ? this.#file(segments) : join(this.#directory, ...segments.slice(0, depth));
      const found = await lstat(place).catch(undefinedWhenAbsent);
      if (found === undefined) return false;
      if (isLast ? !found.isFile() : !found.isDirectory()) {
        const expected = isLast ? 'a plain file' : 'a plain directory';
        const kind = found.isSymbolicLink() ? 'a symbolic link' : 'something else';
        throw new StoreFault(
          409,
          'not_plain',
          `Expected ${place} to be ${expected}, found ${kind}. Put one in its place.`,
        );
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
      // Without the cause: a parser's message quotes what it read.
      const expected = isSecret(segments) ? 'a secret sealed at this path with this store’s encryption key' : 'JSON';
      throw new StoreFault(
        500,
        'damaged',
        `Expected ${this.#file(segments)} to hold ${expected}, found something else. Correct the file, or PUT a new value.`,
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

function absent(segments: readonly string[]): StoreFault {
  return new StoreFault(404, 'absent', `Expected a parameter at ${segments.join('/')}, found none. PUT it first.`);
}

function undefinedWhenAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
