import { hourOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { Spool } from '../../activities/load/spool.ts';
import type { RedactYellow } from '../../activities/forget/redact-yellow.ts';
import type { DayTables } from '../../activities/retain/day-tables.ts';
import type { DayRows, LocalFile } from '../../activities/yellow/day-rows.ts';
import type { RedactedFiles } from '../../activities/forget/redacted-files.ts';
import type { LocalRange, UnionFiles } from '../../activities/compact/union-files.ts';
import type { Manifest } from '../../activities/yellow/manifest.ts';
import type { TileHours } from '../../activities/yellow/tile-hours.ts';
import { localYellowFile } from '../../activities/yellow/files.ts';
import type { WriteYellowFiles } from '../../activities/yellow/files.ts';
import { copiesFile } from '../../activities/yellow/pieces.ts';
import type { ParsePiece } from '../../activities/yellow/pieces.ts';
import type { LogRecord } from './kafka-log.ts';
import type { ProcessDisk } from './process-disk.ts';

/** A row of red, as one line of a text file instead of Parquet. */
export interface Row extends LogRecord {
  partition: number;
  appendHour: Hour;
  eventHour: Hour;
}

export function formatRow({
  partition,
  offset,
  appendedAtMs,
  id,
  sentAtMs,
}: LogRecord & { partition: number }): string {
  return `${partition} ${offset} ${appendedAtMs} ${id} ${sentAtMs}`;
}

/** The messages of one user, whom a schedule may forget. */
export const isForgotten = (id: string): boolean => /^m\d*[147]$/.test(id);
/** In place of the id of an erased message. */
const ERASED = 'x';

/** A row as it may be kept. Its time stays, as in a real one. */
export function keptRow<T extends LogRecord>(row: T): T {
  return isForgotten(row.id) ? { ...row, id: ERASED } : row;
}

export const keptText = (content: string): string => parseRows(content).map(keptRow).map(formatRow).join('\n');

/** A cache, because files are read often, by processes and by checks. */
const parsed = new Map<string, readonly Row[]>();
const MOST_PARSED = 500;

export function parseRows(content: string): readonly Row[] {
  const known = parsed.get(content);
  if (known !== undefined) return known;
  const rows = content === '' ? [] : content.split('\n').map(parseRow);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(content, rows);
  return rows;
}

function parseRow(line: string): Row {
  const [partition, offset, appendedAt, id = '', sentAt] = line.split(' ');
  const [appendedAtMs, sentAtMs] = [Number(appendedAt), Number(sentAt)];
  const [appendHour, eventHour] = [hourOf(appendedAtMs), hourOf(sentAtMs)];
  return { partition: Number(partition), offset: Number(offset), appendedAtMs, id, sentAtMs, appendHour, eventHour };
}

export function createTileWriter(
  disk: ProcessDisk,
  partition: number,
  isForgetting: () => boolean,
): (spool: Spool, file: string) => Promise<void> {
  return (spool, file) => {
    const rows = spool.rows.map((row) => `${partition} ${row.offset} ${row.appendedAtMs} ${String(row.line)}`);
    const text = rows.join('\n');
    return disk.write('commit: spool written', file, isForgetting() ? keptText(text) : text);
  };
}

export function createRowUnions(disk: ProcessDisk): UnionFiles {
  const contentOf = (parts: LocalRange[]): string => parts.map(({ local }) => disk.read(local)).join('\n');
  return {
    unite: (parts, file) => disk.write('compaction: union written', file, contentOf(parts)),
    difference: (wide, parts) =>
      disk.look('compaction: part compared', wide.local, () => {
        const [from, to] = [Number(parts[0]?.from), Number(parts.at(-1)?.to)];
        const rows = parseRows(disk.read(wide.local)).filter(({ offset }) => offset >= from && offset < to);
        return rows.map(formatRow).join('\n') === contentOf(parts) ? undefined : 'they differ';
      }),
  };
}

export function createRowRedaction(disk: ProcessDisk): RedactedFiles {
  return {
    loginsOf: async () => [],
    traces: async (file) => parseRows(disk.read(file)).filter(({ id }) => isForgotten(id)).length,
    redact: ({ local }, file) => disk.write('erasure: copy written', file, keptText(disk.read(local))),
    difference: ({ local }, copy) =>
      disk.look('erasure: copy compared', copy, () =>
        disk.read(copy) === keptText(disk.read(local)) ? undefined : 'they differ',
      ),
  };
}

/** The hours in which the rows of a file were sent. */
export function createRowHours(disk: ProcessDisk): TileHours {
  const of = (file: string): Set<Hour> => new Set(parseRows(disk.read(file)).map((row) => row.eventHour));
  return {
    of: async ({ chat, coverage }) => new Map([...chat, ...coverage].map((file) => [file, of(file)])),
  };
}

export const YELLOW_TABLES = ['chat', 'events', 'tallies'] as const;
/** The content of the simulated tables. */
export type YellowTexts = Record<(typeof YELLOW_TABLES)[number], string>;

/**
 * An hour of yellow from its red files. `chat`: the first copy of each message that was sent in it; `tallies`: the number of rows of its own
 * red; `events`: the newest of an odd number of messages, so that one table can lose all its rows.
 */
export function yellowOf(hour: Hour, chat: readonly Row[], ownChat: readonly Row[]): YellowTexts {
  const first = new Map<string, Row>();
  for (const row of [...chat].sort((a, b) => a.partition - b.partition || a.offset - b.offset)) {
    if (row.eventHour === hour && row.id !== ERASED && !first.has(row.id)) first.set(row.id, row);
  }
  const rows = [...first.values()];
  return {
    chat: rows.map(formatRow).join('\n'),
    events: eventsOf(rows),
    tallies: ownChat.length === 0 ? '' : String(ownChat.length),
  };
}

function eventsOf(rows: readonly Row[]): string {
  const last = rows.at(-1);
  return last === undefined || rows.length % 2 === 0 ? '' : formatRow(last);
}

/** The manifest entry of a table. */
export function versionOf(content: string): { rows: number; digest: string } {
  let digest = 7;
  for (let at = 0; at < content.length; at++) digest = (Math.imul(digest, 31) + content.charCodeAt(at)) | 0;
  return { rows: content === '' ? 0 : content.split('\n').length, digest: String(digest) };
}

/** A piece has the rows of its tiles, of any hour, as they may be kept. */
export function createRowPieces(disk: ProcessDisk): ParsePiece {
  return async (_hour, { tiles }, people, directory) => {
    const kept = (row: Row): Row => (people === undefined ? row : keptRow(row));
    const rows = tiles.flatMap((file) => parseRows(disk.read(file)).map(kept));
    const text = rows.map(formatRow).join('\n');
    await disk.write('refinement: piece written', copiesFile({ directory }), text);
    return { directory, tiles, copies: versionOf(text) };
  };
}

export function createRowRefiner(disk: ProcessDisk): WriteYellowFiles {
  return async (hour, { pieces, ownChat }, directory) => {
    const rowsOf = (files: readonly string[]): Row[] => files.flatMap((file) => parseRows(disk.read(file)));
    const yellow = yellowOf(hour, rowsOf(pieces.map(copiesFile)), rowsOf(ownChat));
    const none = versionOf('');
    const tables = {
      chat: versionOf(yellow.chat),
      events: versionOf(yellow.events),
      moderation: none,
      streams: none,
      coverage: none,
      tallies: versionOf(yellow.tallies),
    } satisfies Manifest['tables'];
    for (const table of YELLOW_TABLES) {
      if (tables[table].rows > 0) {
        await disk.write('refinement: tables written', localYellowFile(directory, table), yellow[table]);
      }
    }
    return tables;
  };
}

/** The lines of the wanted hours of the file of a day. */
export function linesOf(content: string, { hours, wanted }: DayRows): string {
  const lines = content === '' ? [] : content.split('\n');
  const found: string[] = [];
  let from = 0;
  for (const { hour, rows } of hours) {
    if (wanted.includes(hour)) found.push(...lines.slice(from, from + rows));
    from += rows;
  }
  return found.join('\n');
}

export function createRowDays(disk: ProcessDisk): DayTables {
  const contentOf = (file: LocalFile): string => {
    if (typeof file === 'string') return disk.read(file);
    return 'hours' in file ? linesOf(disk.read(file.path), file) : disk.read(file.path);
  };
  return {
    measure: (_, files) =>
      disk.look('union: hours measured', '', () => {
        const versions = files.flatMap((file): (readonly [Hour, { rows: number; digest: string }])[] => {
          if (typeof file === 'string') return [];
          if (!('hours' in file)) return [[file.hour, versionOf(contentOf(file))]];
          return file.wanted.map((hour) => [hour, versionOf(contentOf({ ...file, wanted: [hour] }))] as const);
        });
        return new Map(versions.filter(([, { rows }]) => rows > 0));
      }),
    unite: (_, files, file) => {
      const texts = files.map(contentOf).filter((text) => text !== '');
      return disk.write('union: file written', file, texts.join('\n'));
    },
    split: async (_, day, fileOf) => {
      for (const hour of day.wanted)
        await disk.write('union: hour written', fileOf(hour), contentOf({ ...day, wanted: [hour] }));
    },
  };
}

/** As of `yellowOf`, so that the result is that of rows without the user. */
export function createRowYellowRedaction(disk: ProcessDisk): RedactYellow {
  return async (directory) => {
    const file = localYellowFile(directory, 'chat');
    const rows = parseRows(disk.files.get(file) ?? '').filter(({ id }) => !isForgotten(id));
    const texts = { chat: rows.map(formatRow).join('\n'), events: eventsOf(rows) };
    for (const table of ['chat', 'events'] as const)
      await disk.write('union: hour redacted', localYellowFile(directory, table), texts[table]);
    return { chat: versionOf(texts.chat), events: versionOf(texts.events) };
  };
}
