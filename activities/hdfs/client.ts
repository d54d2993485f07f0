import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import type { Log } from '../../common/log.ts';
import { credentialsOf } from './access.ts';
import type { Access, HdfsAddress } from './access.ts';
import type { FileStatus, Hdfs } from './hdfs.ts';
import { HdfsError, hasRefusedToken } from './error.ts';
import { NameNodes } from './name-nodes.ts';
import { makeDirectories, remove, rename, statusOf } from './one-step.ts';
import { create, listPage, open, openInto } from './two-step.ts';

interface HdfsOptions extends HdfsAddress {
  log: Log;
  /** How long data may stall, in milliseconds. A whole answer of a NameNode may take this long, at most 10,000. Default 60,000. */
  timeoutMs?: number;
  /** How long to retry while no NameNode is available (refused, standby, starting, safe mode), in milliseconds. Default 60,000. */
  patienceMs?: number;
}

/** Limit for a whole answer of a NameNode. Another one may be active by then. */
const LONGEST_ANSWER_MS = 10_000;
/** Limit for a file that is read into memory, in bytes. Manifests and boundaries are far smaller. */
const LONGEST_TEXT = 64 * 1024 * 1024;
/** Limit for the entries of a directory, which are held in memory. */
const MOST_ENTRIES = 1_000_000;

/** The WebHDFS client. {@link Hdfs} documents its methods. */
export function createHdfs(options: HdfsOptions): Hdfs {
  const { log, timeoutMs = 60_000, patienceMs = 60_000 } = options;
  const timeouts = { timeoutMs: Math.min(timeoutMs, LONGEST_ANSWER_MS), dataTimeoutMs: timeoutMs };
  const nameNodes = new NameNodes({ urls: options.urls, patienceMs, log });
  const ask = <T>(what: string, work: (access: Access) => Promise<T>): Promise<T> =>
    nameNodes.ask(what, async (baseUrl) => {
      const credentials = await credentialsOf(options);
      try {
        return await work({ baseUrl, ...credentials, ...timeouts });
      } catch (error) {
        const { secret } = credentials;
        if (secret !== undefined && hasRefusedToken(error)) options.refuseToken?.(secret);
        throw error;
      }
    });

  const status = (path: string) => ask(`status of ${path}`, (access) => statusOf(access, path));

  const store = async (path: string, body: Parameters<typeof create>[2]) => {
    await ask(`upload to ${path}`, (access) => create(access, path, body));
    checkLength(path, 'the upload', body.length, (await status(path))?.length);
  };

  /** Reads a whole file and checks its length. An empty file has no block to read, so it is not requested. */
  const whole = async <T>(
    path: string,
    empty: T,
    read: (access: Access, length: number) => Promise<T>,
    check: (value: T) => Promise<number>,
    longest = Infinity,
  ) => {
    const found = await status(path);
    if (found?.type !== 'FILE') {
      const finding = found === undefined ? 'nothing' : 'a directory';
      throw new HdfsError('absent', `Expected a file at ${path}, found ${finding}.`, { facts: { path } });
    }
    const { length } = found;
    if (length > longest) {
      const message = `Expected a text of at most ${longest} bytes at ${path}, found ${length}. Check what wrote it.`;
      throw new HdfsError('invalid', message, { facts: { path, length } });
    }
    const value = length === 0 ? empty : await ask(`read of ${path}`, (access) => read(access, length));
    if (length > 0) checkLength(path, 'the download', length, await check(value));
    return value;
  };

  return {
    status,
    mkdirs: (path) => ask(`mkdirs ${path}`, (access) => makeDirectories(access, path)),
    rename: (from, to) => ask(`rename ${from}`, (access) => rename(access, from, to, 'NONE')),
    replace: (from, to) => ask(`replace ${to}`, (access) => rename(access, from, to, 'OVERWRITE')),
    remove: (path, { recursive = false } = {}) => ask(`remove ${path}`, (access) => remove(access, path, recursive)),
    list: (path) => listAll(path, (startAfter) => ask(`list ${path}`, (access) => listPage(access, path, startAfter))),

    async upload(localFile, path, { createParent }) {
      const { size } = await stat(localFile);
      await store(path, { createParent, length: size, body: () => createReadStream(localFile) });
    },

    async writeText(path, text, { createParent }) {
      const bytes = Buffer.from(text);
      await store(path, { createParent, length: bytes.length, body: () => bytes });
    },

    async readText(path) {
      const bytes = await whole<Buffer>(
        path,
        Buffer.alloc(0),
        (access, length) => open(access, path, length),
        async (value) => value.length,
        LONGEST_TEXT,
      );
      return bytes.toString();
    },

    async download(path, localFile) {
      await writeFile(localFile, '');
      await whole<void>(
        path,
        undefined,
        (access, length) => openInto(access, path, length, localFile),
        async () => (await stat(localFile)).size,
      );
    },
  };
}

function checkLength(path: string, what: string, expected: number, found: number | undefined): void {
  if (found === expected) return;
  throw new HdfsError('broken', `Expected ${expected} bytes in ${what} of ${path}, found ${found ?? 'no file'}.`, {
    facts: { path, expected, found },
  });
}

/** Reads all pages of a directory. @throws HdfsError if a page does not continue after the previous one, or if there are too many entries */
async function listAll(
  path: string,
  page: (startAfter: string | undefined) => ReturnType<typeof listPage>,
): Promise<FileStatus[]> {
  const all: FileStatus[] = [];
  let last: string | undefined;
  for (;;) {
    const found = await page(last);
    if (found === undefined) return [];
    if (found.names.includes('')) {
      throw new HdfsError('invalid', `Expected a directory at ${path}, found a file.`, { facts: { path } });
    }
    for (const entry of found.entries) all.push(entry);
    if (!found.more) return all.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const next = found.names.at(-1);
    if (next === undefined || (last !== undefined && Buffer.compare(Buffer.from(next), Buffer.from(last)) <= 0)) {
      throw new HdfsError(
        'broken',
        `Expected a page of ${path} after \`${last}\`, got the same page or an earlier one.`,
        {
          facts: { path, last },
        },
      );
    }
    if (all.length >= MOST_ENTRIES) {
      const message = `Expected at most ${MOST_ENTRIES} entries in ${path}, found more. Check what writes there.`;
      throw new HdfsError('invalid', message, { facts: { path } });
    }
    last = next;
  }
}
