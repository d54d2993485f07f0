import { commentLine } from './comment-line.ts';
import type { VideoChat } from './comment-line.ts';
import { readStreamer, readVideo } from './comment.external.ts';
import { formatOf } from './format.ts';
import type { LogFormat } from './format.ts';
import { JsonParts } from './json-parts.ts';
import { DamagedLog, findLogFile, readLogFile } from './log-file.ts';
import type { LogFile } from './log-file.ts';
import { OLDEST_IMPORTED_MS } from '../kafka/imported-line.ts';
import { RawLines } from './raw-line.ts';
import type { ReadLine, TimeRange } from './raw-line.ts';
import { TextLines } from './text-lines.ts';
import type { TextLine } from './text-lines.ts';

/** A log that can be imported. */
export interface Log extends LogFile {
  format: LogFormat;
  /** The time of its first line, or of its last change if no line at its beginning has a time. */
  firstMs: number;
}

/** What was read of a log. */
export interface ReadPart {
  /** Each with its number in the log, from 1: of the line, or of the comment. */
  lines: { number: number; read: ReadLine }[];
  /** How much of the file was read. */
  read: number;
}

const HEAD_BYTES = 64 * 1024;
const HOUR_MS = 3_600_000;

/** The times that a line of a log can have now. An hour ahead is allowed for wrong clocks, as in `activities/yellow/sql/times.sql`. */
export const timesUntil = (nowMs: number): TimeRange => ({ fromMs: OLDEST_IMPORTED_MS, toMs: nowMs + HOUR_MS });

/** Looks at the beginning of a file. @throws Refusal 78 if it cannot be imported */
export async function openLog(path: string, times: TimeRange): Promise<Log> {
  const file = await findLogFile(path);
  const head = await headOf(file);
  const format = formatOf(path, head);
  const firstMs = format === 'raw' ? firstRawTime(head, times) : await firstCommentTime(file, times);
  return { ...file, format, firstMs: firstMs ?? Math.min(Math.max(file.modifiedAtMs, times.fromMs), times.toMs) };
}

/**
 * Reads all lines of a log, in order.
 * @throws DamagedLog after the last line if the file ends too early; Refusal 78
 */
export function readLog(log: Log, times: TimeRange): AsyncGenerator<ReadPart> {
  return log.format === 'raw' ? readRaw(log, times) : readComments(log, times);
}

async function headOf(file: LogFile): Promise<Buffer> {
  const head: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of readLogFile(file)) {
      head.push(part.bytes);
      bytes += part.bytes.length;
      if (bytes >= HEAD_BYTES) break;
    }
  } catch (error) {
    // The damage is reported when the file is read.
    if (!(error instanceof DamagedLog)) throw error;
  }
  return Buffer.concat(head).subarray(0, HEAD_BYTES);
}

function firstRawTime(head: Buffer, times: TimeRange): number | undefined {
  const lines = new RawLines(times, 0);
  for (const { text } of new TextLines().push(head)) {
    const time = lines.timeOf(text);
    if (time !== undefined) return time.timeMs;
  }
  return undefined;
}

async function firstCommentTime(log: LogFile, times: TimeRange): Promise<number | undefined> {
  try {
    for await (const { lines } of readComments({ ...log, format: 'twitch-downloader', firstMs: 0 }, times))
      for (const { read } of lines) if ('line' in read) return read.line.receivedAtMs;
  } catch (error) {
    if (!(error instanceof DamagedLog)) throw error;
  }
  return undefined;
}

async function* readRaw(log: Log, times: TimeRange): AsyncGenerator<ReadPart> {
  const text = new TextLines();
  const raw = new RawLines(times, log.firstMs);
  const readLine = ({ number, text: line, isCut }: TextLine): ReadPart['lines'][number] => ({
    number,
    read: isCut ? { problem: 'it is too long for a line of chat' } : raw.read(line, number),
  });
  // The last line of damaged data is not whole, and is left out.
  for await (const { bytes, read } of readLogFile(log)) yield { lines: text.push(bytes).map(readLine), read };
  yield { lines: text.end().map(readLine), read: log.bytes };
}

async function* readComments(log: Log, times: TimeRange): AsyncGenerator<ReadPart> {
  const chat = await readVideoChat(log);
  const parts = new JsonParts();
  for await (const { bytes, read } of readLogFile(log)) {
    const lines = parts
      .push(bytes)
      .flatMap((part) =>
        part.key === 'comments' ? [{ number: part.number, read: commentLine(part.text, chat, times) }] : [],
      );
    yield { lines, read };
    if (parts.isWhole) return;
  }
  throw new DamagedLog('its JSON ends too early');
}

/** Usually the streamer and the video come before the comments. */
async function readVideoChat(log: LogFile): Promise<VideoChat> {
  const parts = new JsonParts();
  const found: { streamer?: string; video?: string } = {};
  try {
    for await (const { bytes } of readLogFile(log)) {
      for (const part of parts.push(bytes)) if (part.key !== 'comments') found[part.key] ??= part.text;
      if (parts.isWhole || (found.streamer !== undefined && found.video !== undefined)) break;
    }
  } catch (error) {
    if (!(error instanceof DamagedLog)) throw error;
  }
  return { streamer: readStreamer(found.streamer ?? ''), video: readVideo(found.video ?? '') };
}
