import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Gunzip, ZstdDecompress } from 'node:zlib';
import { Refusal } from '../../common/refusal.ts';

/** A file as the user named it. */
export interface LogFile {
  path: string;
  bytes: number;
  modifiedAtMs: number;
}

/** The next bytes of a file, decompressed. */
export interface LogBytes {
  bytes: Buffer;
  /** How much of the file was read, in bytes as they are on the disk. */
  read: number;
}

/** The compressed data is damaged, or ends too early. What came before was read. */
export class DamagedLog extends Error {
  override name = 'DamagedLog';
}

/** A small part of compressed data can become thousands of times larger. */
const COMPRESSED_READ_BYTES = 4 * 1024;
const MAGICS: readonly { magic: Buffer; start: () => Gunzip | ZstdDecompress }[] = [
  { magic: Buffer.of(0x1f, 0x8b), start: () => createGunzip() },
  { magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), start: () => createZstdDecompress() },
];
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** @throws Refusal 78 if it is not a file that can be read */
export async function findLogFile(path: string): Promise<LogFile> {
  try {
    const found = await stat(path);
    if (found.isFile()) return { path, bytes: found.size, modifiedAtMs: Math.floor(found.mtimeMs) };
    throw notReadable(
      path,
      found.isDirectory() ? 'a directory. Name the files in it.' : 'something else. Give a file.',
    );
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw notReadable(path, `${(error as NodeJS.ErrnoException).code ?? String(error)}. Give another file.`);
  }
}

/**
 * Reads a file from its beginning: plain, or compressed with gzip or zstd. The first bytes tell, because the ends of names are often wrong
 * (lay295/TwitchDownloader#1261). A byte order mark is left out.
 * @throws DamagedLog after all bytes that could be decompressed; Refusal 78 if the file cannot be read
 */
export async function* readLogFile({ path }: Pick<LogFile, 'path'>): AsyncGenerator<LogBytes> {
  let isFirst = true;
  for await (const { bytes, read } of decompressed(path)) {
    const marked = isFirst && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    isFirst = false;
    yield { bytes: marked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes, read };
  }
}

async function* decompressed(path: string): AsyncGenerator<LogBytes> {
  const magic = await firstBytes(path);
  const compression = MAGICS.find((it) => magic.subarray(0, it.magic.length).equals(it.magic));
  const chunks = chunksOf(path, compression === undefined ? 64 * 1024 : COMPRESSED_READ_BYTES);
  let read = 0;
  if (compression === undefined) {
    for await (const bytes of chunks) yield { bytes, read: (read += bytes.length) };
    return;
  }
  const decoder = compression.start();
  const decoded: Buffer[] = [];
  let failure: Error | undefined;
  const closed = new Promise<void>((resolve) => decoder.once('close', resolve));
  decoder.on('data', (bytes: Buffer) => decoded.push(bytes)).on('error', (error) => (failure = error));
  try {
    for await (const bytes of chunks) {
      // A write of damaged data may never end.
      await Promise.race([new Promise<void>((resolve) => decoder.write(bytes, () => resolve())), closed]);
      // What was decoded may be announced after the write.
      await yieldToEvents();
      read += bytes.length;
      yield* joined(decoded, read);
      if (failure !== undefined) break;
    }
    decoder.end();
    await closed;
    yield* joined(decoded, read);
  } finally {
    decoder.destroy();
  }
  if (failure !== undefined) throw new DamagedLog(damage(failure));
}

function* joined(decoded: Buffer[], read: number): Generator<LogBytes> {
  if (decoded.length > 0) yield { bytes: Buffer.concat(decoded.splice(0)), read };
}

async function firstBytes(path: string): Promise<Buffer> {
  for await (const bytes of chunksOf(path, BYTE_ORDER_MARK.length + 1)) return bytes;
  return Buffer.alloc(0);
}

async function* chunksOf(path: string, highWaterMark: number): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark }) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : notReadable(path, `${code}. Give another file.`);
  }
}

function damage(error: NodeJS.ErrnoException): string {
  return /end of file|truncated|incomplete/i.test(error.message) || error.code === 'Z_BUF_ERROR'
    ? 'its compressed data ends too early'
    : `its compressed data is damaged (${error.code ?? error.message})`;
}

function notReadable(path: string, found: string): Refusal {
  return new Refusal(78, `Expected ${path} to be a log that can be read, found ${found}`);
}
