import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { readParts } from '../../../activities/report/read-parts.ts';
import { ownAssets } from '../../../activities/report/site-files.ts';
import { csvOf } from '../../../viz/csv.ts';
import { overlapMatrix } from '../../../viz/charts/audience/overlap-matrix.ts';
import { localeOf } from '../../../viz/locale.ts';
import { AUDIENCE_PARTS, audiencePage } from '../../../viz/pages/audience-page.ts';
import type { RowsOf } from '../../../viz/parts.ts';
import { LANGUAGES } from '../../../viz/words.ts';
import { addChat, addPolls, createYellow, HOSTILE, rollUpAll } from './made-up-yellow.ts';

type Rows = RowsOf<typeof AUDIENCE_PARTS>;

/** Who wrote where, by the rows of chat alone. */
const WROTE = `
  WITH said_rows AS (
    SELECT channel_id AS channel, coalesce(user_id, user_login) AS person, user_login, badges, date_trunc('hour', sent_at) AS hour
    FROM chat WHERE is_shared_copy IS DISTINCT FROM true
  ),
  wrote AS (
    SELECT * FROM said_rows WHERE person NOT IN (SELECT person FROM said_rows WHERE user_login = 'nightbot' OR badges LIKE '%bot-badge%')
  ),
  sizes AS (SELECT channel, count(DISTINCT person) AS size FROM wrote GROUP BY channel)`;

describe('the page on the audience', () => {
  let directory: string;
  let withDatabase: ReturnType<typeof createDatabases>;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-audience-'));
    withDatabase = createDatabases({ scratchDirectory: directory, memoryLimitMb: 256, threads: 1 });
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const read = (
    fill: (connection: DuckDBConnection) => Promise<unknown>,
    facts: string[] = [],
  ): Promise<{ rows: Rows; found: unknown[][][] }> =>
    withDatabase(async (connection) => {
      await createYellow(connection);
      await fill(connection);
      await rollUpAll(connection);
      const rows = await readParts(connection, AUDIENCE_PARTS);
      const found: unknown[][][] = [];
      for (const sql of facts) found.push((await connection.runAndReadAll(sql)).getRowsJS());
      return { rows, found };
    });
  const fillAll = async (connection: DuckDBConnection): Promise<void> => {
    await addChat(connection);
    await addPolls(connection);
  };
  const pagesOf = (rows: Rows): string[] =>
    LANGUAGES.map((language) =>
      audiencePage(rows, { locale: localeOf(language), assets: ownAssets().urls, pages: new Set(['channels/1/']) }),
    );

  const OVERLAPS = `${WROTE}
    SELECT a.channel, b.channel, any_value(sa.size)::DOUBLE, nullif(greatest(count(DISTINCT a.person), 4), 4)::DOUBLE AS shared
    FROM wrote AS a JOIN wrote AS b ON a.person = b.person AND a.channel <> b.channel
    JOIN sizes AS sa ON sa.channel = a.channel JOIN sizes AS sb ON sb.channel = b.channel
    WHERE sa.size >= 20 AND sb.size >= 20 GROUP BY ALL ORDER BY ALL`;
  const FLOWS = `${WROTE}
    SELECT a.channel, b.channel, count(DISTINCT a.person)::DOUBLE AS people
    FROM wrote AS a JOIN wrote AS b ON a.person = b.person AND a.channel <> b.channel AND b.hour = a.hour + INTERVAL 1 HOUR
    WHERE (SELECT size FROM sizes WHERE channel = a.channel) >= 20 AND (SELECT size FROM sizes WHERE channel = b.channel) >= 20
    GROUP BY ALL HAVING people >= 5 ORDER BY ALL`;
  const PEOPLE = `${WROTE}
    SELECT count(*)::DOUBLE, count(*) FILTER (channels > 1)::DOUBLE FROM (SELECT person, count(DISTINCT channel) AS channels FROM wrote GROUP BY person)`;

  it('has the numbers that the rows of chat have, without bots and copies, and without small groups', async () => {
    const { rows, found } = await read(fillAll, [OVERLAPS, FLOWS, PEOPLE]);
    const [overlaps = [], flows = [], people = []] = found;
    const idOf = (name: string): string =>
      ({ '하늘 (login1)': '1', [`${HOSTILE} (login3)`]: '3' })[name] ?? name.replace(/^Login/, '');
    const matrix = rows.overlapMatrix
      .map(({ channel, other, chatters, shared }) => [idOf(channel), idOf(other), chatters, shared])
      .toSorted((a, b) => String(a).localeCompare(String(b)));
    assert.equal(matrix.length, 5 * 4, 'five channels with enough chatters');
    assert.deepEqual(
      matrix,
      overlaps.toSorted((a, b) => String(a).localeCompare(String(b))),
    );
    for (const { share, shared, chatters } of rows.overlapMatrix)
      assert.equal(share, shared === null ? null : Math.round((10_000 * shared) / chatters) / 100);
    const pairs = rows.pairs.map(({ channel, otherChannel, shared }) => [
      ...[channel, otherChannel].toSorted(),
      shared,
    ]);
    assert.deepEqual(
      pairs.toSorted((a, b) => String(a).localeCompare(String(b))),
      overlaps
        .filter(([a, b, , shared]) => String(a) < String(b) && shared !== null)
        .map(([a, b, , shared]) => [a, b, shared]),
    );
    assert.ok(flows.length > 0 && flows.length <= 20);
    assert.deepEqual(
      rows.flows
        .map(({ channel, otherChannel, people: moved }) => [channel, otherChannel, moved])
        .toSorted((a, b) => String(a).localeCompare(String(b))),
      flows,
    );
    assert.deepEqual(rows.reach, [{ people: people[0]?.[0], several: people[0]?.[1], channels: 6, compared: 5 }]);
  });

  it('shows no overlap of fewer than five people, on the page and in its files', async () => {
    const { rows } = await read((connection) =>
      connection.run(`
        INSERT INTO chat BY NAME
        SELECT n::VARCHAR AS message_id, '2026-11-25T10' AS hour, channel::VARCHAR AS channel_id, 'login' || channel AS channel_login,
          person::VARCHAR AS user_id, 'u' || person AS user_login, TIMESTAMPTZ '2026-11-25 10:00:00+00' AS received_at,
          TIMESTAMPTZ '2026-11-25 10:00:00+00' AS appended_at, 'hi' AS text
        FROM (
          SELECT row_number() OVER () AS n, * FROM (
            SELECT channel, 100 * channel + person AS person FROM range(1, 4) AS a(channel), range(30) AS b(person)
            UNION ALL SELECT 2, 100 + person FROM range(4) AS c(person)
            UNION ALL SELECT 3, 100 + person FROM range(5) AS c(person)
          )
        )`),
    );
    const shared = rows.overlapMatrix.map((row) => [row.channel, row.other, row.shared, row.share]);
    assert.deepEqual(
      shared.filter(([channel]) => channel === 'login1'),
      [
        ['login1', 'login3', 5, 16.67],
        ['login1', 'login2', null, null],
      ],
    );
    const csv = csvOf(
      overlapMatrix.columns.map(({ field }) => field),
      rows.overlapMatrix,
    );
    assert.match(csv, /login1,30,login2,,/);
    assert.equal(rows.pairs.length, 1);
    const [english = '', korean = ''] = pagesOf(rows);
    assert.match(english, />fewer than 5</);
    assert.match(korean, />5명 미만</);
  });

  it('escapes hostile names, and links only to channels that have a page', async () => {
    const { rows } = await read(fillAll);
    for (const page of pagesOf(rows)) {
      assert.doesNotMatch(page, /<img|<b>%|"\$x\$|NaN|undefined|Infinity/);
      assert.match(page, /&lt;\/script&gt;/);
      assert.match(page, /href="\.\.\/(?:\.\.\/ko\/)?channels\/1\/index\.html"/);
      assert.doesNotMatch(page, /channels\/2\//);
    }
  });

  for (const [name, fill] of [
    ['no channel', async () => undefined],
    ['polls only', addPolls],
    [
      'one channel with chatters',
      async (connection) => {
        await addChat(connection);
        await connection.run(`DELETE FROM chat WHERE channel_id <> '1'`);
      },
    ],
  ] as [string, (connection: DuckDBConnection) => Promise<unknown>][])
    it(`says so if there is ${name}`, async () => {
      const { rows } = await read(fill);
      assert.deepEqual([rows.overlapMatrix, rows.pairs, rows.flows], [[], [], []]);
      const [english = '', korean = ''] = pagesOf(rows);
      assert.match(english, /There are no data for this chart yet\./);
      assert.match(english, /No two channels share five chatters\./);
      assert.match(korean, /이 차트에 표시할 데이터가 아직 없습니다\./);
      for (const page of [english, korean]) assert.doesNotMatch(page, /NaN|undefined|Infinity/);
    });
});
