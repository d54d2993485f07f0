import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import type { WithDatabase } from '../../../activities/duckdb/database.ts';
import { select } from '../../../activities/duckdb/select.ts';
import { localeOf } from '../../../viz/locale.ts';
import { linksFrom } from '../../../viz/pages/links.ts';
import type { Links } from '../../../viz/pages/links.ts';
import { ROLLUP_VIEWS } from '../../../viz/rollups.ts';
import { broadcasts, channelBroadcasts } from '../../../viz/tables/broadcasts.ts';
import type { Language } from '../../../viz/words.ts';
import { plain } from '../plain.ts';
import { insert, makeEvening, makeYellow } from './made-broadcast.ts';

type BroadcastRow = Parameters<typeof broadcasts.draw>[0][number];

const listIn = async (connection: DuckDBConnection): Promise<BroadcastRow[]> => {
  await connection.run(ROLLUP_VIEWS);
  return broadcasts.shape.array().parse(await select(connection, broadcasts.sql, {}));
};
const at = (time: string): string => `TIMESTAMPTZ '2026-11-25 ${time}+00'`;

describe('the list of broadcasts', () => {
  let directory: string;
  let withDatabase: WithDatabase;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-broadcasts-'));
    withDatabase = createDatabases({ scratchDirectory: directory, memoryLimitMb: 512, threads: 1 });
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('has each broadcast with the numbers of yellow, the newest first; a restarted one is another', async () => {
    const [rows, said] = await withDatabase(async (connection) => {
      await makeEvening(connection);
      const raw = await connection.runAndReadAll(`
        SELECT count(*) FILTER (channel_id = '7' AND sent_at < ${at('14:07:30')})::DOUBLE AS first,
          count(*) FILTER (channel_id = '7' AND sent_at >= ${at('14:30:00')})::DOUBLE AS second,
          count(*) FILTER (channel_id = '8')::DOUBLE AS other FROM chat`);
      return [await listIn(connection), raw.getRowObjectsJS()[0]];
    });
    assert.deepEqual(
      rows.map((it) => [it.streamId, it.name, it.beganAt.slice(11), it.endedAt.slice(11), it.isLive, it.messages]),
      [
        ['4002', '하늘 (haneul)', '14:30:00Z', '15:02:30Z', true, said?.['second']],
        ['4001', '하늘 (haneul)', '12:00:07Z', '14:07:30Z', false, said?.['first']],
        ['4009', 'Narae', '11:00:00Z', '15:02:30Z', true, said?.['other']],
      ],
    );
    assert.deepEqual(rows.map((it) => [it.title, it.category, it.viewers]), [
      ['Good evening', 'Chess', 3_000],
      ['Good evening', 'Chess', 3_000],
      ['Good evening', 'Chess', 3_000],
    ]); // prettier-ignore
  });
  it('begins with the first poll if Twitch tells no start, or one that cannot be, and leaves out odd ids', async () => {
    const odd: [id: string, started: string][] = [
      ['1', 'NULL'],
      ['2', "TIMESTAMPTZ '2005-01-01 00:00:00+00'"],
      ['3', at('12:30:00')],
      ['4', at('11:00:00')],
      ['123456789012345678901', at('11:00:00')],
      ['../x', at('11:00:00')],
      ['', at('11:00:00')],
    ];
    const rows = await withDatabase(async (connection) => {
      await makeYellow(connection);
      for (const [index, [id, started]] of odd.entries())
        await insert(
          connection,
          'streams',
          `SELECT unnest([${at('12:00:00')}, ${at('12:10:00')}]) AS polled_at, '${id}' AS stream_id, 'c${index}' AS channel_id, ${started} AS started_at`,
        );
      await insert(
        connection,
        'streams',
        `SELECT ${at('13:00:00')} AS polled_at, NULL AS stream_id, 'x' AS channel_id`,
      );
      return listIn(connection);
    });
    assert.deepEqual(rows.map((it) => [it.streamId, it.beganAt.slice(11, 16)]), [['1', '12:00'], ['2', '12:00'], ['3', '12:00'], ['4', '11:00']]); // prettier-ignore
    assert.deepEqual([rows[0]?.viewers, rows[0]?.messages, rows[0]?.title], [null, 0, '–']);
  });
  it('has a length of ten seconds at least, and is empty without polls', async () => {
    const [one, none] = await withDatabase(async (connection) => {
      await makeYellow(connection);
      const empty = await listIn(connection);
      await insert(
        connection,
        'streams',
        `SELECT ${at('12:00:00')} AS polled_at, '1' AS stream_id, '7' AS channel_id, ${at('12:00:00')} AS started_at`,
      );
      return [await listIn(connection), empty];
    });
    assert.deepEqual(none, []);
    assert.deepEqual([one[0]?.beganAt.slice(11), one[0]?.endedAt.slice(11), one[0]?.isLive], ['12:00:00Z', '12:00:10Z', true]); // prettier-ignore
  });

  const row: BroadcastRow = {
    streamId: '4001',
    channel: '7',
    name: '<b>하늘</b>',
    beganAt: '2026-11-25T12:00:00Z',
    endedAt: '2026-11-25T14:30:10Z',
    isLive: true,
    title: '<script>',
    category: 'Chess',
    viewers: null,
    messages: 1_500,
  };
  const linksIn = (language: Language, path: string, pages: string[]): Links =>
    linksFrom(path, {
      locale: localeOf(language),
      pages: new Set(pages),
      assets: { plotly: '', script: '', times: '', style: '', views: '', cartesian: '', search: '' },
    });

  it('links to the page of each broadcast that has one, and to its channel', () => {
    const links = linksIn('en', '', ['broadcasts/4001/', 'channels/7/']);
    const front = broadcasts.draw([row], localeOf('en'), links);
    assert.match(front.markup, /<a href="broadcasts\/4001\/index\.html"><time[^>]*>Nov 25, 12:00:00<\/time><\/a>/);
    assert.match(front.markup, /<a href="channels\/7\/index\.html">&lt;b&gt;하늘/);
    assert.match(
      plain(front).replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
      /Nov 25, 12:00:00 live.*<b>하늘.*<script>.*Chess.*2 h 30 min.*–.*1,500/,
    );
    assert.doesNotMatch(front.markup, /<b>|<script>/);
    assert.doesNotMatch(broadcasts.draw([row], localeOf('en'), linksIn('en', '', [])).markup, /href/);
  });
  it('does not name the channel on its own page', () => {
    const links = linksIn('ko', 'channels/7/', ['broadcasts/4001/']);
    const ofChannel = channelBroadcasts.draw([row], localeOf('ko'), links);
    assert.match(ofChannel.markup, /<a href="\.\.\/\.\.\/\.\.\/ko\/broadcasts\/4001\/index\.html">/);
    assert.match(ofChannel.markup, /방송 중/);
    assert.doesNotMatch(ofChannel.markup, /하늘/);
  });
  it('says that there is none', () => {
    assert.match(plain(broadcasts.draw([], localeOf('en'), linksIn('en', '', []))), /No broadcast is known\./);
  });
});
