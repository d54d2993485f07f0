import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDay } from '../../../activities/report/read-day.ts';
import { localeOf } from '../../../viz/locale.ts';
import { dayPage } from '../../../viz/pages/day-page.ts';
import type { DayData } from '../../../viz/day-data.ts';
import { LANGUAGES } from '../../../viz/words.ts';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { rollUpFiles } from '../../integration/rolled-up.ts';
import { COUNT_VALUES, ODD_NUMBERS, ODD_TEXTS, ODD_TIMES, SANE, TABLES, writeTable } from './odd-yellow.ts';
import type { Row } from './odd-yellow.ts';

const DAY = '2026-11-25';

describe('readDay(connection, day, state, publishedAt), with odd rows', () => {
  let directory: string;
  let withDatabase: ReturnType<typeof createDatabases>;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-odd-'));
    withDatabase = createDatabases({ scratchDirectory: directory, memoryLimitMb: 256, threads: 1 });
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const read = (rows: Record<keyof typeof TABLES, Row[]>): Promise<DayData> =>
    withDatabase(async (connection) => {
      const files: Partial<Record<keyof typeof TABLES, string>> = {};
      for (const table of Object.keys(TABLES) as (keyof typeof TABLES)[]) {
        const file = join(directory, `${crypto.randomUUID()}.parquet`);
        await writeTable(connection, table, rows[table], file);
        files[table] = file;
      }
      await rollUpFiles(connection, directory, `${DAY}T12`, files);
      return readDay(
        connection,
        DAY,
        { hours: 1, completeHours: 1, gaps: [], removed: undefined, troubles: [] },
        new Date(`${DAY}T13:00:00Z`),
      );
    });
  const assets = {
    plotly: 'assets/p.js',
    cartesian: 'assets/c.js',
    script: 'assets/s.js',
    times: 'assets/t.js',
    search: 'assets/f.js',
    style: 'assets/s.css',
    views: 'assets/v.txt',
  };
  const editions = LANGUAGES.map((language) => ({ locale: localeOf(language), assets, pages: new Set<string>() }));
  const [english = assert.fail()] = editions;

  for (const table of Object.keys(TABLES) as (keyof typeof TABLES)[])
    for (const [column, type] of Object.entries(TABLES[table]))
      it(`shows the rest of the day, whatever the ${column} of a row of ${table} is`, async () => {
        const values = type === 'VARCHAR' ? ODD_TEXTS : type === 'BIGINT' ? ODD_NUMBERS : ODD_TIMES;
        const odd = values.map((value) => ({
          ...SANE[table],
          ...(column.endsWith('_id') ? {} : { channel_id: "'8'" }),
          [column]: value,
        }));
        const rows = {
          chat: [SANE.chat],
          moderation: [SANE.moderation],
          streams: [SANE.streams],
          coverage: [SANE.coverage],
          tallies: [SANE.tallies],
        };
        const data = await read({ ...rows, [table]: [...odd, SANE[table]] });
        const pages = editions.map((edition) => dayPage(data, edition));
        JSON.stringify(data);
        assert.ok(data.rows.channels.some((it) => it.name === '하늘 (haneul)' && it.messages > 0));
        assert.ok(data.rows.topCategories.some((it) => it.category === 'Chess' && it.viewers > 0));
        assert.match(pages[0] ?? '', />joined(?: × \d+)?</);
        assert.match(pages[1] ?? '', />입장(?: × \d+)?</);
        for (const page of pages)
          assert.doesNotMatch(page, /Invalid Date|\bNaN\b|\bundefined\b|>null<|\[object|function |\[native/);
        for (const list of [
          data.rows.channels,
          data.rows.viewers,
          data.rows.topCategories,
          data.rows.coverage,
          data.rows.messagesPerMinute,
        ] as const)
          for (const row of list)
            for (const [name, value] of Object.entries(row))
              assert.ok(
                typeof value === 'string'
                  ? value.trim() !== ''
                  : typeof value === 'number' || (['channel', 'place', 'category'].includes(name) && value === null),
                `${name} is ${String(value)}`,
              );
      });

  it('shows a large count, and hides an implausible one', async () => {
    const large = { ...SANE.streams, viewer_count: '3000000000' };
    const beyond = {
      ...SANE.streams,
      channel_id: "'8'",
      channel_login: "'narae'",
      channel_name: "'나래'",
      viewer_count: COUNT_VALUES.beyond,
    };
    const tally = { ...SANE.coverage, kind: "'tally'", received: '3000000000', acknowledged: '3000000000' };
    const data = await read({
      chat: [SANE.chat],
      moderation: [],
      streams: [large, beyond],
      coverage: [SANE.coverage, tally],
      tallies: [],
    });
    assert.deepEqual(
      data.rows.channels.map(({ name, viewers }) => [name, viewers]),
      [
        ['하늘 (haneul)', 3_000_000_000],
        ['나래 (narae)', 0],
      ],
    );
    assert.equal(data.summary.sums.received, 3_000_000_000);
  });

  it('counts a channel with two streams in a poll once, with the larger viewer count', async () => {
    const twice = [100, 250].map((viewers) => ({ ...SANE.streams, viewer_count: String(viewers) }));
    const data = await read({ chat: [], moderation: [], streams: twice, coverage: [], tallies: [] });
    assert.deepEqual(
      data.rows.topCategories.map((it) => it.viewers),
      [250],
    );
    assert.deepEqual(
      [data.rows.channels.length, data.rows.channels[0]?.viewers, data.rows.viewers.length],
      [1, 250, 1],
    );
  });

  it('keeps the page small, even with texts of tens of thousands of characters', async () => {
    const huge = "repeat('가', 30000)";
    const texts = { channel_login: huge, channel_name: huge, title: huge, game_name: huge };
    const data = await read({
      chat: [{ ...SANE.chat, channel_id: huge, channel_login: huge }],
      moderation: [],
      streams: Array.from({ length: 60 }, (_, n) => ({ ...SANE.streams, ...texts, channel_id: `'${n}'` })),
      coverage: [{ ...SANE.coverage, kind: huge, collector: huge, channel_login: huge, reason: huge }],
      tallies: [{ ...SANE.tallies, collector: huge }],
    });
    assert.ok(dayPage(data, english).length < 1_000_000);
    assert.ok(JSON.stringify(data.summary).length < 10_000);
  });

  it('shows the login in place of an invisible name', async () => {
    for (const name of ["''", 'NULL', "'   '", 'chr(8203)', 'chr(12288)']) {
      const data = await read({
        chat: [],
        moderation: [],
        streams: [{ ...SANE.streams, channel_name: name }],
        coverage: [],
        tallies: [],
      });
      assert.equal(data.rows.channels[0]?.name, 'haneul');
    }
  });

  for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'])
    it(`shows ${word} as the kind or the reason of a record`, async () => {
      const record = { ...SANE.coverage, kind: `'${word}'`, reason: `'${word}'` };
      const page = dayPage(
        await read({ chat: [], moderation: [], streams: [], coverage: [record], tallies: [] }),
        english,
      );
      assert.equal(page.split(`>${word}<`).length - 1, 2);
      assert.doesNotMatch(page, /function |\[object/);
    });
});
