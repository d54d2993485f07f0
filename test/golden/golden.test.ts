import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LineScanner } from '../../activities/irc/line-scanner.ts';
import { createRedViews } from '../../activities/yellow/red-views.ts';
import { LINES_SQL, TABLES_SQL } from '../../activities/yellow/sql-text.ts';
import { hourNumber } from '../../activities/yellow/hour-number.ts';
import { asStored } from '../activities/yellow/as-stored.ts';
import { RedTiles, temporaryDirectory } from '../integration/red-tiles.ts';
import { directoryHdfs } from '../integration/directory-hdfs.ts';

const directory = fileURLToPath(new URL('lines/', import.meta.url));
const TABLES = ['chat', 'events', 'moderation'] as const;

/** Columns that tell of the journey and not of the line; other tests are about them. */
const OMITTED = new Set(['collector', 'kafka_partition', 'kafka_offset', 'received_at', 'appended_at']);

/** The lines of a file, whatever its bytes, as the collector cuts them and the loader keeps them. */
function readLines(file: string): Buffer[] {
  const lines: Buffer[] = [];
  new LineScanner((line) => lines.push(asStored(Buffer.from(line)))).push(readFileSync(file));
  return lines;
}

/** The rows of yellow for lines that arrived at 12:00:00Z, without columns that are null or false. */
async function refine(lines: Buffer[]): Promise<Record<string, unknown[]>> {
  const scratch = await temporaryDirectory('golden');
  try {
    const tiles = new RedTiles(scratch.path, directoryHdfs(scratch.path), '/lake');
    const path = await tiles.add(
      'chat',
      lines.map((line) => ({ line, appendedAt: '2026-11-25T12:00:00.000Z' })),
    );
    return await tiles.withDatabase(async (connection) => {
      await createRedViews(connection, { chat: [join(scratch.path, path)], coverage: [], streams: [] });
      await connection.run(`SET VARIABLE event_hour = ${hourNumber('2026-11-25T12')}::BIGINT`);
      await connection.run('SET VARIABLE red_hour_chat = []::VARCHAR[]');
      await connection.run(LINES_SQL);
      await connection.run(TABLES_SQL);
      const result: Record<string, unknown[]> = {};
      for (const table of TABLES) {
        const rows = (
          await connection.runAndReadAll(`SELECT * FROM ${table} ORDER BY kafka_offset`)
        ).getRowObjectsJson();
        result[table] = rows.map((row) =>
          Object.fromEntries(
            Object.entries(row).filter(([name, value]) => !OMITTED.has(name) && value !== null && value !== false),
          ),
        );
      }
      return result;
    });
  } finally {
    await scratch.remove();
  }
}

/**
 * Golden twins: `lines/<case>.irc` has lines as Twitch sends them, `lines/<case>.json` the rows of yellow that they become. To add a case,
 * add the first and run the tests with UPDATE_GOLDEN=1, then read what it wrote.
 */
describe('lines in, rows of yellow out', () => {
  it('has a twin for each file', () => {
    const names = readdirSync(directory).map((file) => file.replace(/\.[a-z]+$/, ''));
    for (const name of names) assert.equal(names.filter((it) => it === name).length, 2, name);
    assert.ok(names.length / 2 >= 150, `${names.length / 2} cases`);
  });

  for (const name of readdirSync(directory).filter((file) => file.endsWith('.irc'))) {
    it(name.replace('.irc', '').replaceAll('-', ' '), async () => {
      const rows = await refine(readLines(join(directory, name)));
      const twin = join(directory, name.replace('.irc', '.json'));
      if (process.env['UPDATE_GOLDEN']) writeFileSync(twin, `${JSON.stringify(rows, undefined, 2)}\n`);
      assert.deepEqual(rows, JSON.parse(readFileSync(twin, 'utf8')));
    });
  }
});
