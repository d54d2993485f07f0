import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { readParts } from '../../../activities/report/read-parts.ts';
import { ownAssets } from '../../../activities/report/site-files.ts';
import { hoursByCategory } from '../../../viz/charts/categories/hours-by-category.ts';
import { needsAllOfPlotly } from '../../../viz/charts/bundle.ts';
import { localeOf } from '../../../viz/locale.ts';
import { CATEGORIES_PARTS, categoriesPage } from '../../../viz/pages/categories-page.ts';
import type { RowsOf } from '../../../viz/parts.ts';
import { LANGUAGES } from '../../../viz/words.ts';
import { addChat, addPolls, createYellow, rollUpAll } from './made-up-yellow.ts';

type Rows = RowsOf<typeof CATEGORIES_PARTS>;

/** Each poll of each room, by the rows of streams alone. Channels 1 to 6 have chat. */
const SEEN = `
  WITH seen AS (
    SELECT hour, polled_at, channel_id AS channel, coalesce(nullif(game_name, ''), '–') AS category, language, viewer_count AS viewers FROM streams
  )`;

describe('the page on categories and languages', () => {
  let directory: string;
  let withDatabase: ReturnType<typeof createDatabases>;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-categories-'));
    withDatabase = createDatabases({ scratchDirectory: directory, memoryLimitMb: 256, threads: 1 });
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const read = (
    fill: (connection: DuckDBConnection) => Promise<unknown>,
    ...facts: string[]
  ): Promise<{ rows: Rows; found: unknown[][][] }> =>
    withDatabase(async (connection) => {
      await createYellow(connection);
      await fill(connection);
      await rollUpAll(connection);
      const rows = await readParts(connection, CATEGORIES_PARTS);
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
      categoriesPage(rows, { locale: localeOf(language), assets: ownAssets().urls, pages: new Set() }),
    );

  it('has the hours and messages of each category that the rows of streams and chat have', async () => {
    const { rows, found } = await read(
      fillAll,
      `${SEEN}
      SELECT category, round(sum(share), 2)::DOUBLE AS hours FROM (
        SELECT hour, category, count(*) / (SELECT count(DISTINCT polled_at) FROM streams WHERE streams.hour = seen.hour) AS share
        FROM seen WHERE channel::INTEGER <= 6 GROUP BY hour, category
      ) GROUP BY category ORDER BY category`,
      // The last poll of the channel in the hour up to the minute of the message, or else its first one.
      `${SEEN}
      SELECT category, count(*)::DOUBLE FROM (
        SELECT coalesce(
          (SELECT arg_max(category, polled_at) FROM seen WHERE seen.hour = chat.hour AND seen.channel = chat.channel_id AND polled_at <= date_trunc('minute', sent_at)),
          (SELECT arg_min(category, polled_at) FROM seen WHERE seen.hour = chat.hour AND seen.channel = chat.channel_id)
        ) AS category FROM chat
      ) WHERE category IS NOT NULL GROUP BY category ORDER BY category`,
    );
    const [hours = [], messages = []] = found;
    const sorted = rows.hoursByCategory.toSorted((a, b) => ((a.category ?? '') < (b.category ?? '') ? -1 : 1));
    assert.ok(hours.length >= 5);
    assert.deepEqual(sorted.map((row) => [row.category, row.hours]), hours); // prettier-ignore
    assert.deepEqual(sorted.filter((row) => row.messages > 0).map((row) => [row.category, row.messages]), messages); // prettier-ignore
    for (const { rate, messages: said, hours: streamed } of rows.hoursByCategory)
      assert.ok(Math.abs(rate - said / streamed) <= 0.01 * rate + 0.1);
  });

  it('has the viewers of each language that the rows of streams have, and 0 where it had none', async () => {
    const { rows, found } = await read(
      fillAll,
      `${SEEN}
      SELECT languages.language, hours.hour || ':00:00Z',
        round(coalesce((SELECT sum(viewers) FROM seen WHERE seen.hour = hours.hour AND coalesce(seen.language, '–') = languages.language), 0)
          / (SELECT count(DISTINCT polled_at) FROM seen WHERE seen.hour = hours.hour))::DOUBLE
      FROM (SELECT DISTINCT coalesce(language, '–') AS language FROM seen) AS languages, (SELECT DISTINCT hour FROM seen) AS hours ORDER BY ALL`,
    );
    const [viewers = []] = found;
    const byLanguage = rows.viewersByLanguage
      .map(({ language, at, viewers: watching }) => [language, at, watching])
      .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
    assert.equal(byLanguage.length, 5 * 7);
    assert.deepEqual(
      byLanguage,
      viewers.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    );
    const week = rows.allLanguages.find(({ name }) => name === 'en');
    const polls = 42;
    const all = viewers
      .filter(([language]) => language === 'en')
      .reduce((sum, [, , each]) => sum + Number(each) * 6, 0);
    assert.ok(Math.abs((week?.viewers ?? 0) - all / polls) <= 1);
  });

  it('has the writing of messages that may be shown, by the language of the stream', async () => {
    const { rows, found } = await read(
      fillAll,
      `${SEEN},
      written AS (
        SELECT channel_id, hour, CASE text WHEN '안녕하세요' THEN 'Hangul' WHEN 'hello' THEN 'Latin' WHEN 'こんにちは' THEN 'Kana' WHEN 'привет' THEN 'Cyrillic' ELSE 'none' END AS script
        FROM chat
        WHERE text <> '!command' AND is_shared_copy IS DISTINCT FROM true AND user_login <> 'nightbot' AND badges IS NULL
          AND NOT (channel_id = '2' AND user_id IS NOT DISTINCT FROM '1016')
      )
      SELECT (SELECT any_value(language) FROM seen WHERE channel = channel_id) AS language, script, count(*)::DOUBLE AS messages
      FROM written GROUP BY ALL ORDER BY ALL`,
    );
    const [written = []] = found;
    const key = (row: unknown[]): string => row.slice(0, 2).map(String).join(' ');
    const got = rows.scriptsByLanguage
      .map(({ language, script, messages }) => [language, script, messages])
      .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    assert.deepEqual(
      got,
      written.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)),
    );
    for (const [, ofLanguage] of Map.groupBy(rows.scriptsByLanguage, ({ language }) => language))
      assert.ok(Math.abs(ofLanguage.reduce((sum, { share }) => sum + share, 0) - 100) < 0.5);
  });

  it('shows forty categories, and the rest as one', async () => {
    const { rows } = await read((connection) =>
      connection.run(`
        INSERT INTO streams BY NAME
        SELECT '2026-11-25T10' AS hour, TIMESTAMPTZ '2026-11-25 10:00:00+00' + INTERVAL 1 MINUTE * poll AS polled_at, game::VARCHAR AS channel_id,
          'login' || game AS channel_login, 'Game ' || game AS game_name, 5 AS viewer_count
        FROM range(100) AS a(poll), range(1, 46) AS b(game) WHERE poll < 2 * game;
        INSERT INTO coverage BY NAME
        SELECT '2026-11-25T10' AS hour, 'join' AS kind, n::VARCHAR AS channel_id, TIMESTAMPTZ '2026-11-25 10:00:00+00' AS happened_at, 'c' AS collector
        FROM range(1, 46) AS t(n)`),
    );
    assert.equal(rows.hoursByCategory.length, 41);
    assert.equal(rows.hoursByCategory[0]?.category, 'Game 45');
    const rest = rows.hoursByCategory.at(-1);
    assert.equal(rest?.category, null);
    // The five smallest were in 2, 4, 6, 8 and 10 of 90 polls.
    assert.equal(rest.hours, Math.round((100 * 30) / 90) / 100);
    const { data } = hoursByCategory.draw(rows.hoursByCategory, localeOf('en'));
    assert.equal((data[0]?.['labels'] as string[]).at(-1), 'other<br>categories');
  });

  it('keeps hostile names harmless, and loads all of plotly.js for the treemap', async () => {
    const { rows } = await read(fillAll);
    const figure = hoursByCategory.draw(rows.hoursByCategory, localeOf('en'));
    assert.equal(needsAllOfPlotly({ figure }), true);
    const texts = JSON.stringify([figure.data[0]?.['labels'], figure.data[0]?.['customdata']]).replaceAll('<br>', '');
    assert.doesNotMatch(texts, /[<>&$]/);
    for (const page of pagesOf(rows)) {
      assert.doesNotMatch(page, /<img|<b>|"\$x\$|NaN|undefined|Infinity/);
      assert.match(page, /&lt;\/script&gt;/);
    }
  });

  for (const [name, fill] of [
    ['no data', async () => undefined],
    ['chat without polls', addChat],
    ['polls of channels that nobody listens to', addPolls],
  ] as [string, (connection: DuckDBConnection) => Promise<unknown>][])
    it(`says so if there is ${name}`, async () => {
      const { rows } = await read(fill);
      assert.deepEqual(rows.hoursByCategory, []);
      const [english = '', korean = ''] = pagesOf(rows);
      assert.match(english, /There are no data for this chart yet\./);
      assert.match(korean, /이 차트에 표시할 데이터가 아직 없습니다\./);
      for (const page of [english, korean]) assert.doesNotMatch(page, /NaN|undefined|Infinity/);
    });
});
