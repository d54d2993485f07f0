import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerQuery } from '../../../activities/query/answer.ts';
import type { Cell } from '../../../activities/query/answer.ts';
import { askYellow } from '../../../activities/query/ask.ts';
import { DERIVED_VIEWS } from '../../../activities/query/derived.ts';
import { Rounds } from '../videos/rounds.ts';
import { video } from '../videos/video.ts';
import { directoryHdfs } from '../../integration/directory-hdfs.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import { fillSmallLake } from '../../integration/small-lake.ts';
import type { LakeDeps } from '../../integration/test-lake.ts';

/** The answers to the recipes of docs/querying.md over the small lake, counted by hand. */
const ANSWERS: Record<string, Cell[][]> = {
  'Top chatters': [
    ['haneul', 'lark', '3'],
    ['haneul', 'wren', '2'],
    ['baram', 'crow', '1'],
    ['baram', 'finch', '1'],
    ['baram', 'lark', '1'],
    ['haneul', 'crow', '1'],
  ],
  'Top emotes': [
    ['Kappa', '25', '2', '1'],
    ['Keepo', '1902', '1', '1'],
  ],
  'Top words': [
    ['hello', '4', '3'],
    ['world', '2', '2'],
    ['31m', '1', '1'],
    ['good', '1', '1'],
    ['hyperlink', '1', '1'],
    ['night', '1', '1'],
    ['sum', '1', '1'],
    ['thanks', '1', '1'],
    ['안녕', '1', '1'],
  ],
  'All messages of one user': [
    ['2026-11-25T12:00:00Z', 'haneul', 'hello world', null],
    ['2026-11-25T12:01:00Z', 'baram', 'Hello, =SUM(1)', null],
    ['2026-11-25T12:03:00Z', 'haneul', 'thanks', 'wren'],
    ['2026-11-26T00:01:00Z', 'haneul', 'good\u001b[31m night', null],
  ],
  'Who was banned where, and for how long': [
    ['2026-11-25T12:04:00Z', 'haneul', 'crow', 'user timed out', '00:10:00', '=HYPERLINK("x")'],
    ['2026-11-25T13:20:00Z', 'baram', 'finch', 'user banned', null, 'Keepo'],
  ],
  'Viewers beside chat, per minute': [
    ['baram', '2026-11-25T12:01:00Z', '1', '1', null],
    ['baram', '2026-11-25T13:10:00Z', '2', '2', null],
    ['haneul', '2026-11-25T12:00:00Z', '2', '2', '100'],
    ['haneul', '2026-11-25T12:01:00Z', '1', '1', null],
    ['haneul', '2026-11-25T12:02:00Z', '1', '1', '140'],
    ['haneul', '2026-11-25T12:03:00Z', '1', '1', null],
    ['haneul', '2026-11-25T13:00:00Z', '0', '0', '90'],
    ['haneul', '2026-11-26T00:01:00Z', '1', '1', null],
  ],
  'Busiest minutes, with links to the recording': [
    ['haneul', '2026-11-25T12:00:00Z', '2', 'https://www.twitch.tv/videos/11?t=596s'],
    ['baram', '2026-11-25T13:10:00Z', '2', null],
    ['baram', '2026-11-25T12:01:00Z', '1', null],
    ['haneul', '2026-11-25T12:01:00Z', '1', 'https://www.twitch.tv/videos/11?t=656s'],
    ['haneul', '2026-11-25T12:02:00Z', '1', 'https://www.twitch.tv/videos/12?t=0s'],
    ['haneul', '2026-11-25T12:03:00Z', '1', null],
    ['haneul', '2026-11-26T00:01:00Z', '1', null],
  ],
  'Overlap of chatters between channels': [
    ['baram', 'haneul', '2', '0.67'],
    ['haneul', 'baram', '2', '0.67'],
  ],
  'First-time chatters': [
    ['baram', '2026-11-25', '1', '3', '3'],
    ['haneul', '2026-11-25', '1', '3', '5'],
    ['haneul', '2026-11-26', '0', '0', '1'],
  ],
  'Gaps per channel': [
    ['baram', '1', '1', null, '["msg_channel_suspended"]'],
    ['haneul', '1', '0', '120', '["connection lost"]'],
  ],
  'Subs and gifts per day': [
    ['2026-11-25', 'haneul', '0', '1', '1', '0', '14'],
    ['2026-11-26', 'haneul', '1', '0', '0', '1', '1'],
  ],
  'Replies as threads': [
    ['m1', '2026-11-25T12:00:00Z', 'lark', null, 'hello world'],
    ['m1', '2026-11-25T12:02:00Z', 'wren', 'lark', '안녕 world'],
    ['m1', '2026-11-25T12:03:00Z', 'lark', 'wren', 'thanks'],
  ],
};

describe('docs/querying.md', function () {
  this.timeout(120_000);
  let page: string;
  let scratch: { path: string; remove: () => Promise<void> };
  let lake: LakeDeps;
  let asked = 0;

  before(async () => {
    page = await readFile(join(import.meta.dirname, '../../../docs/querying.md'), 'utf8');
    scratch = await temporaryDirectory('recipes');
    lake = await fillSmallLake(directoryHdfs(scratch.path), '/lake', scratch.path);
    const rounds = new Rounds(lake.hdfs, lake.root, lake);
    rounds.live('7001');
    const [first, second] = ['11:50:04', '12:02:00'].map((time) => Date.parse(`2026-11-25T${time}Z`));
    rounds.answers.set('7001', [
      video({ channelId: '7001', beganAtMs: first ?? 0, durationSeconds: 700 }),
      video({ channelId: '7001', videoId: '12', beganAtMs: second ?? 0, durationSeconds: 50 }),
    ]);
    await rounds.play();
  });
  after(() => scratch.remove());

  async function ask(sql: string): Promise<{ names: string[]; rows: Cell[][] }> {
    const scratchDirectory = join(scratch.path, `ask-${++asked}`);
    await mkdir(scratchDirectory);
    const question = { sql, range: {}, signal: new AbortController().signal, fetched: () => {}, removed: () => {} };
    return askYellow({ ...lake, scratchDirectory }, question, async (connection) => {
      const answer = await answerQuery(connection, sql);
      const rows: Cell[][] = [];
      for await (const some of answer.rows) rows.push(...some);
      return { names: answer.columns.map(({ name }) => name), rows };
    });
  }

  it('has a recipe for each answer, and no other', () => {
    const recipes = [...page.matchAll(/^### (.+)\n(?:(?!^###)[^])*?```sql\n/gm)].map(([, title]) => title);
    assert.deepEqual(recipes, Object.keys(ANSWERS));
  });

  for (const [title, answer] of Object.entries(ANSWERS)) {
    it(`answers: ${title}`, async () => {
      const [, sql = ''] = new RegExp(`^### ${title}\\n[^]*?\`\`\`sql\\n([^]*?)\`\`\``, 'm').exec(page) ?? [];
      assert.deepEqual((await ask(sql)).rows, answer);
    });
  }

  it('names the views and their columns', async () => {
    const rows = [...page.matchAll(/^\| `(\w+)` +\|[^|]*\| (`.*`) *\|$/gm)];
    assert.deepEqual(rows.map(([, name]) => name).sort(), DERIVED_VIEWS.map(({ name }) => name).sort());
    for (const [, name, columns = ''] of rows)
      assert.deepEqual(
        columns.split(', '),
        (await ask(`FROM ${name} LIMIT 0`)).names.map((it) => `\`${it}\``),
        name,
      );
  });
});
