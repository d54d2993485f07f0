import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineScanner } from '../../activities/irc/line-scanner.ts';
import { createYellowTables } from '../../activities/yellow/files.ts';
import { parsePiece } from '../../activities/yellow/pieces.ts';
import { asStored } from '../activities/yellow/as-stored.ts';
import { RedTiles, temporaryDirectory } from '../integration/red-tiles.ts';
import { directoryHdfs } from '../integration/directory-hdfs.ts';

const DIRECTORY = join(import.meta.dirname, 'lines');
const TABLES = ['chat', 'events', 'moderation', 'quarantine'] as const;

/** Columns that describe how a line arrived, not the line. Other tests cover them. */
const OFFSET_ID = /^twitch\.chat-0-(\d+)$/;
const OMITTED = new Set(['collector', 'kafka_partition', 'kafka_offset', 'received_at', 'appended_at']);

/** The lines of a file, cut as the collector does and escaped as the loader does. */
function readLines(file: string): Buffer[] {
  const lines: Buffer[] = [];
  new LineScanner((line) => lines.push(asStored(Buffer.from(line)))).push(readFileSync(file));
  return lines;
}

interface Case {
  name: string;
  lines: Buffer[];
  /** The offset of its first line in the batch. */
  from: number;
}

/** `quarantine` only if it has rows. */
type Rows = Partial<Record<(typeof TABLES)[number], Record<string, unknown>[]>>;

/** What identifies copies: the ids, or the content of a line without an id. */
function identities(line: Buffer): string[] {
  const text = line.toString('latin1');
  const ids = [...text.matchAll(/(?<=[@;]|target-msg-)id=([^; ]+)/g)].map(([, id = '']) => id);
  return text.includes('CLEAR') ? [...ids, text.slice(text.indexOf('CLEAR')).replace(/\W/g, '')] : ids;
}

/** Groups cases to refine together. No two cases of a batch have lines that could count as copies of each other. */
function batchesOf(cases: Case[]): Case[][] {
  const batches: { cases: Case[]; taken: Set<string>; lines: number }[] = [];
  for (const it of cases) {
    const own = new Set(it.lines.flatMap(identities));
    let batch = batches.find(({ taken }) => [...own].every((identity) => !taken.has(identity)));
    if (batch === undefined) batches.push((batch = { cases: [], taken: new Set(), lines: 0 }));
    it.from = batch.lines;
    batch.cases.push(it);
    batch.lines += it.lines.length;
    for (const identity of own) batch.taken.add(identity);
  }
  return batches.map((batch) => batch.cases);
}

/** The rows of yellow for lines that arrived at 12:00:00Z, by case, without null and false columns. */
async function refine(cases: Case[]): Promise<Map<string, Rows>> {
  const scratch = await temporaryDirectory('golden');
  try {
    const tiles = new RedTiles(scratch.path, directoryHdfs(scratch.path), '/lake');
    const rows = cases.flatMap(({ lines }) => lines.map((line) => ({ line, appendedAt: '2026-11-25T12:00:00.000Z' })));
    const path = join(scratch.path, await tiles.add('chat', rows));
    return await tiles.withDatabase(async (connection) => {
      const piece = await parsePiece(connection, '2026-11-25T12', { tiles: [path] }, undefined, scratch.path);
      const files = { pieces: [piece], ownChat: [], coverage: [], streams: [] };
      await createYellowTables(connection, '2026-11-25T12', files, scratch.path);
      const found = new Map<string, Rows>(cases.map(({ name }) => [name, { chat: [], events: [], moderation: [] }]));
      for (const table of TABLES) {
        const read = await connection.runAndReadAll(`SELECT * FROM ${table} ORDER BY kafka_offset`);
        for (const row of read.getRowObjectsJson()) {
          const owner = cases.findLast(({ from }) => from <= Number(row['kafka_offset']));
          const rows = owner && found.get(owner.name);
          if (rows) (rows[table] ??= []).push(normalized(row, owner));
        }
      }
      return found;
    });
  } finally {
    await scratch.remove();
  }
}

/** An id that yellow creates from the offset is counted from the first line of its case. */
function normalized(row: Record<string, unknown>, { from }: Case): Record<string, unknown> {
  const entries = Object.entries(row)
    .filter(([name, value]) => !OMITTED.has(name) && value !== null && value !== false)
    .map(([name, value]) => {
      const offset = typeof value === 'string' && name.endsWith('_id') ? OFFSET_ID.exec(value)?.[1] : undefined;
      return [name, offset === undefined ? value : `twitch.chat-0-${Number(offset) - from}`];
    });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/**
 * Golden cases: `lines/<case>.irc` has lines as Twitch sends them, `lines/<case>.json` the rows of yellow that they become. To add a case,
 * write the first file, run the tests with UPDATE_GOLDEN=1, and check the generated file.
 */
describe('golden cases: lines to rows of yellow', function () {
  this.timeout(120_000);
  const files = readdirSync(DIRECTORY);
  const cases = files
    .filter((file) => file.endsWith('.irc'))
    .map((file) => ({ name: file.replace('.irc', ''), lines: readLines(join(DIRECTORY, file)), from: 0 }));
  const rows = new Map<string, Rows>();

  before(async () => {
    for (const batch of batchesOf(cases)) for (const [name, found] of await refine(batch)) rows.set(name, found);
  });

  it('have both files for each case', () => {
    const names = files.map((file) => file.replace(/\.[a-z]+$/, ''));
    for (const name of names) assert.equal(names.filter((it) => it === name).length, 2, name);
    assert.ok(names.length / 2 >= 150, `${names.length / 2} cases`);
  });

  for (const { name } of cases) {
    it(name.replaceAll('-', ' '), () => {
      const expected = join(DIRECTORY, `${name}.json`);
      if (process.env['UPDATE_GOLDEN']) writeFileSync(expected, `${JSON.stringify(rows.get(name), undefined, 2)}\n`);
      assert.deepEqual(rows.get(name), JSON.parse(readFileSync(expected, 'utf8')));
    });
  }
});
