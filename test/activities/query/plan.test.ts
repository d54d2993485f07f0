import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { readColumns } from '../../../activities/query/columns.ts';
import { planQuery } from '../../../activities/query/plan.ts';
import type { HourRange } from '../../../activities/query/sources.ts';
import type { Columns } from '../../../activities/query/views.ts';
import { hoursOfDay } from '../../../workflows/hour.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';

const DAYS = ['2026-11-16', '2026-11-24', '2026-11-25', '2026-11-26'];
const LAKE_HOURS = DAYS.flatMap((day) => hoursOfDay(day));

describe('planQuery(connection, { sql, range, … })', function () {
  this.timeout(60_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let columns: Columns;
  let plans = 0;

  before(async () => {
    scratch = await temporaryDirectory('plan');
    const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory: scratch.path });
    columns = await readColumns(withDatabase);
  });
  after(() => scratch.remove());

  /** `chat 24 2026-11-25T00 2026-11-25T23`: the number of hours, the first and the last, by source. */
  async function plan(sql: string, range: HourRange = {}): Promise<string[]> {
    const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory: scratch.path });
    const directory = join(scratch.path, `plan-${++plans}`);
    const needed = await withDatabase((connection) =>
      planQuery(connection, { sql, lakeHours: LAKE_HOURS, videoDays: DAYS, range, columns, directory }),
    );
    return [...needed]
      .map(([{ schema, table }, hours]) => `${schema}.${table} ${hours.length} ${hours[0]} ${hours.at(-1)}`)
      .sort();
  }

  const ALL = '96 2026-11-16T00 2026-11-26T23';
  const DAY = '24 2026-11-25T00 2026-11-25T23';

  for (const [sql, ...expected] of [
    ['FROM chat', `main.chat ${ALL}`],
    ['SELECT count(*) FROM chat', `main.chat ${ALL}`],
    ['SELECT min(sent_at), max(hour) FROM chat', `main.chat ${ALL}`],
    ['SELECT 1 WHERE EXISTS (FROM moderation)', `main.moderation ${ALL}`],
    ['SUMMARIZE tallies', `main.tallies ${ALL}`],
    ['FROM chat ORDER BY sent_at LIMIT 3', `main.chat ${ALL}`],
    ['SELECT channel_login FROM chat JOIN events USING (channel_login)', `main.chat ${ALL}`, `main.events ${ALL}`],
    ["FROM query('FROM chat')", `main.chat ${ALL}`],
    ["FROM query_table('events')", `main.events ${ALL}`],
    ['WITH chat AS (FROM events) FROM chat', `main.events ${ALL}`],
    ['SELECT (SELECT count(*) FROM chat) + (SELECT count(*) FROM streams)', `main.chat ${ALL}`, `main.streams ${ALL}`],
    ['FROM gaps', `history.coverage ${ALL}`],
    ['FROM broadcasts', `history.streams ${ALL}`],
    ['FROM videos', 'days.videos 4 2026-11-16 2026-11-26'],
    ['FROM main.chat AS c, history.coverage', `history.coverage ${ALL}`, `main.chat ${ALL}`],
    // Nothing is read.
    ['SELECT 1'],
    ['SHOW TABLES'],
    ['DESCRIBE chat'],
    ['FROM chat LIMIT 0'],
    ['FROM chat WHERE bits > 3 AND bits < 2'],
  ] as const)
    it(`finds the tables of ${sql}`, async () => assert.deepEqual(await plan(sql), expected));

  for (const [condition, ...expected] of [
    ["hour = '2026-11-25T14'", '1 2026-11-25T14 2026-11-25T14'],
    ["hour >= '2026-11-25' AND hour < '2026-11-26'", DAY],
    ["hour BETWEEN '2026-11-25T00' AND '2026-11-25T23' AND bits > 3", DAY],
    ["hour LIKE '2026-11-25%'", DAY],
    ["starts_with(hour, '2026-11-25')", DAY],
    ["hour LIKE '2026-11-25%' AND hour > '2026-11-25T14'", '9 2026-11-25T15 2026-11-25T23'],
    ["hour IN ('2026-11-25T14', '2026-11-26T02')", '2 2026-11-25T14 2026-11-26T02'],
    ["random() < 2 AND hour > '2026-11-26T20'", '3 2026-11-26T21 2026-11-26T23'],
    ["hour ~ '2026-11-25T.*'", DAY],
    // Conditions that DuckDB does not apply to names of files.
    ["hour = '2026-11-25T14' OR bits > 3", ALL],
    ['hour = (SELECT max(hour) FROM chat)', ALL],
    ["sent_at > '2026-11-26'", ALL],
  ] as const)
    it(`finds the hours of WHERE ${condition}`, async () =>
      assert.deepEqual(
        await plan(`SELECT text FROM chat WHERE ${condition}`),
        expected.map((hours) => `main.chat ${hours}`),
      ));

  it('reads nothing for an hour that the lake does not have', async () => {
    assert.deepEqual(await plan("FROM chat WHERE hour = '2026-01-01T00'"), ['main.chat 0 undefined undefined']);
  });

  it('reads all hours that one of two scans needs', async () => {
    const sql =
      "SELECT (SELECT count(*) FROM chat WHERE hour = '2026-11-25T14') + (SELECT count(*) FROM chat WHERE hour = '2026-11-26T02')";
    assert.deepEqual(await plan(sql), ['main.chat 2 2026-11-25T14 2026-11-26T02']);
    assert.deepEqual(await plan(`${sql} + (SELECT count(*) FROM chat)`), [`main.chat ${ALL}`]);
  });

  it('reads each table for its own hours', async () => {
    const sql = "FROM chat a, events b WHERE a.hour = '2026-11-25T14' AND b.hour LIKE '2026-11-25%'";
    assert.deepEqual(await plan(`SELECT 1 ${sql}`), ['main.chat 1 2026-11-25T14 2026-11-25T14', `main.events ${DAY}`]);
  });

  it('keeps to the range, and looks further back for views', async () => {
    const range = { from: '2026-11-25T06', to: '2026-11-25T08' };
    assert.deepEqual(await plan('FROM chat', range), ['main.chat 3 2026-11-25T06 2026-11-25T08']);
    assert.deepEqual(await plan("FROM chat WHERE hour > '2026-11-25T07'", range), [
      'main.chat 1 2026-11-25T08 2026-11-25T08',
    ]);
    assert.deepEqual(await plan('SELECT 1 FROM gaps, coverage', range), [
      'history.coverage 33 2026-11-24T00 2026-11-25T08',
      'main.coverage 3 2026-11-25T06 2026-11-25T08',
    ]);
    assert.deepEqual(await plan('FROM broadcasts', { from: '2026-11-26T12' }), [
      'history.streams 60 2026-11-24T12 2026-11-26T23',
    ]);
    const day = { from: '2026-11-26T06', to: '2026-11-26T08' };
    assert.deepEqual(await plan('FROM videos', day), ['days.videos 3 2026-11-24 2026-11-26']);
    assert.deepEqual(await plan('FROM videos', { to: '2026-11-24T00' }), ['days.videos 2 2026-11-16 2026-11-24']);
  });

  for (const [sql, complaint] of [
    ['', /^Expected a query, got an empty text/],
    ['-- nothing\n;', /^Expected a query, got an empty text/],
    ['SELECT 1; SELECT 2', /^Expected one query, got 2 statements\. Ask one after the other\.$/],
    ['PIVOT chat ON channel_login', /^Expected one query, got 2 statements\. PIVOT needs its values/],
    ['SELEC 1', /^The query failed: Parser Error: syntax error at or near "SELEC"\nLINE 1: SELEC 1\n {8}\^$/],
    [
      'SELECT nobody FROM chat',
      /^The query failed: Binder Error: Referenced column "nobody" not found in FROM clause!/,
    ],
    [
      'FROM chats',
      /^The query failed: Catalog Error: Table with name chats does not exist!\nDid you mean "(main\.)?chat/,
    ],
    ['SELECT ?', /^Expected a query without parameters/],
    ["COPY (SELECT 1) TO 'x.csv'", /^The query failed: Permission Error: Cannot access file "x\.csv"/],
    ['CREATE TABLE x AS FROM chat', /^Expected a query, got a statement CREATE/],
    ['DROP VIEW chat', /^Expected a query, got a statement DROP/],
    ['SET threads = 1', /^Expected a query, got a statement (VARIABLE_)?SET\. The tables can only be read\.$/],
    ['PRAGMA enable_profiling', /^Expected a query, got a statement|^The query failed/],
    ['CALL pragma_version()', /^Expected a query, got a statement CALL/],
    ['EXPLAIN FROM chat', /^Expected a query, got a statement EXPLAIN/],
    ["ATTACH 'x.db'", /^Expected a query, got a statement ATTACH|^The query failed: Permission/],
    ['LOAD httpfs', /^Expected a query, got a statement LOAD/],
    ["FROM read_text('/etc/hostname')", /^The query failed: Permission Error: Cannot access file "\/etc\/hostname"/],
    ["FROM read_csv('/dev/stdin')", /^The query failed: Permission Error/],
    ["FROM '/etc/*.parquet'", /^The query failed: Permission Error/],
    ["FROM glob('/etc/*')", /^The query failed: Permission Error/],
    ["FROM 'https://example.org/x.parquet'", /^The query failed: .*(Permission Error|httpfs|disabled)/],
    ["FROM query('CREATE TABLE x (y INT)')", /^The query failed: Parser Error/],
  ] as const)
    it(`refuses \`${sql}\``, () =>
      assert.rejects(plan(sql), (error: Error & { exitCode?: number }) => {
        assert.match(error.message, complaint);
        assert.equal(error.exitCode, 78);
        return true;
      }));
});
