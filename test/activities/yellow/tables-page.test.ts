import assert from 'node:assert/strict';
import { join } from 'node:path';
import { YELLOW_TABLES, tablePath } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { columnsOnPage, page } from './tables-page.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';

const [fullHour, bareHour] = ['2026-11-25T12', '2026-11-25T13'];

const line = (tags: string, command: string, text: string): string =>
  `@room-id=7001;tmi-sent-ts=1795608000123;${tags} :lark!lark@lark.tmi.twitch.tv ${command} #haneul :${text}`;

/** Lines with known answers, for the recipes at the end of the page. */
const LINES = [
  line('id=1;emotes=25:0-4,6-10/1902:12-16;bits=50', 'PRIVMSG', 'Kappa Kappa Keepo'),
  line('id=2;emotes=25:0-4;source-room-id=7002;source-id=9', 'PRIVMSG', 'Kappa'),
  line('id=3;pinned-chat-paid-amount=550;pinned-chat-paid-exponent=2;pinned-chat-paid-currency=USD', 'PRIVMSG', 'wow'),
  line('id=4;msg-id=animated-message;animation-id=rainbow', 'PRIVMSG', 'hi'),
  line('id=5;msg-id=raid;source-msg-id=raid;source-room-id=7001', 'USERNOTICE', ''),
  line('id=6;msg-id=sharedchatnotice;source-msg-id=raid;source-room-id=7002', 'USERNOTICE', ''),
  line('target-user-id=1', 'CLEARCHAT', 'lark'),
  line('id=7', 'WHATSNEW', 'lark'),
];
/** The answers to the recipes, in the order of the page. */
const ANSWERS = [
  [['haneul', '4', '0']],
  [
    ['Kappa', '25', '3'],
    ['Keepo', '1902', '1'],
  ],
  [
    ['haneul', 'USD', 5.5, null, '1'],
    ['haneul', null, null, '50', '1'],
  ],
  [['haneul', 0.25]],
  [['4']],
  [['raid', '1']],
  [
    ['plain', '3', '0'],
    ['animated-message', '1', '1'],
  ],
];

describe('docs/tables.md', () => {
  let lake: TestLake;

  before(async () => {
    lake = await openTestLake('tables-page');
    const record = (window: string): TestRow => ({
      line: JSON.stringify({ kind: 'tally', collector: 'c1', window, received: 1, acknowledged: 1 }),
      appendedAt: window,
    });
    await lake.red.add(
      'chat',
      LINES.map((it) => ({ line: it, appendedAt: `${fullHour}:00:01Z` })),
    );
    await lake.red.add('coverage', [record(`${fullHour}:00:00.000Z`)]);
    await writePoll(lake.deps, [externalStream()], new Date(`${fullHour}:05:00Z`));
    const bare = ['PRIVMSG', 'USERNOTICE', 'CLEARCHAT', ''].map((it) => ({
      line: it,
      appendedAt: `${bareHour}:00:01Z`,
      receivedAt: null,
    }));
    await lake.red.add('chat', bare);
    await lake.red.add('coverage', [{ line: '{"kind":"end"}', appendedAt: `${bareHour}:00:01Z` }]);
    await writePoll(lake.deps, [{ id: '1', user_id: '7001', type: 'live' }], new Date(`${bareHour}:05:00Z`));
    for (const hour of [fullHour, bareHour]) await refineRedHour(lake.deps, hour, true, new AbortController().signal);
  });

  after(() => lake.remove());

  const fileOf = (table: YellowTable, hour: string): string => join(lake.directory, tablePath(lake.root, table, hour));
  const ask = (sql: string): Promise<unknown[][]> =>
    lake.red.withDatabase(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson());

  for (const table of YELLOW_TABLES) {
    it(`has the columns of yellow/${table}, which do not depend on the input`, async () => {
      for (const hour of [fullHour, bareHour]) {
        const columns = await ask(
          `SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet('${fileOf(table, hour)}', hive_partitioning = false))`,
        );
        assert.deepEqual(
          columns.map(([name, type]) => `${String(name)} ${String(type).replaceAll('"', '')}`),
          columnsOnPage(table),
          hour,
        );
      }
    });
  }

  it('has recipes with correct answers', async () => {
    const recipes = Array.from(page.matchAll(/```sql\n([\s\S]*?);\n```/g), ([, sql = '']) => sql);
    const answers: unknown[] = [];
    for (const sql of recipes) {
      answers.push(
        await ask(
          sql.replaceAll(/'(chat|events)\.parquet'/g, (_, table: YellowTable) => `'${fileOf(table, fullHour)}'`),
        ),
      );
    }
    assert.deepEqual(answers, ANSWERS);
  });
});
