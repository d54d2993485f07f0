import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { silentLog } from '../../common/log.ts';
import type { Figure } from '../../viz/charts/chart.ts';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs } from '../integration/servers.ts';
import { fillSmallLake } from '../integration/small-lake.ts';

describe('chatlake sql --chart', function () {
  this.timeout(120_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let env: Record<string, string>;
  let folders = 0;

  before(async function startHdfs() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('sql-chart');
    const { url, user } = await hdfs();
    const root = `/sql-chart-${process.pid}`;
    env = { WEBHDFS_URL: url, HDFS_USER: user, HDFS_ROOT: root, DATA_DIR: join(scratch.path, 'data') };
    await fillSmallLake(createHdfs({ urls: [url], user, log: silentLog }), root, join(scratch.path, 'lake'));
  });
  after(() => scratch.remove());

  function newFolder(): string {
    const folder = join(scratch.path, `out-${++folders}`);
    mkdirSync(folder);
    return folder;
  }
  async function run(cwd: string, ...args: string[]) {
    const command = chatlake(['sql', ...args], env, cwd);
    return { code: await command.exited(), stdout: command.stdout(), stderr: command.stderr() };
  }
  const figureIn = (page: string): Figure =>
    (JSON.parse(/id="charts">(.*?)<\/script>/.exec(page)?.[1] ?? '') as { answer: Figure }).answer;
  const TOP = 'SELECT channel_login AS channel, count(*) AS messages FROM chat GROUP BY ALL ORDER BY messages DESC';

  it('writes chart.html in this folder: the chart, the rows, the query and its hours', async () => {
    const folder = newFolder();
    const answer = await run(folder, TOP, '--chart', 'bar', 'channel', 'messages', '--from', '2026-11-25', '--to', '2026-11-25'); // prettier-ignore
    const out = join(folder, 'chart.html');
    assert.deepEqual(answer, {
      code: 0,
      stdout: '',
      stderr: `Wrote a chart of 2 rows to ${out}. Open the file in a browser; it needs no network.\n`,
    });
    assert.deepEqual(readdirSync(folder), ['chart.html']);
    const page = readFileSync(out, 'utf8');
    const { data } = figureIn(page);
    assert.deepEqual([data[0]?.['x'], data[0]?.['y']], [['haneul', 'baram'], [5, 3]]); // prettier-ignore
    assert.match(page, /<title>messages by channel · Chatlake<\/title>/);
    assert.match(page, /2 rows\. The highest value of messages is 5, at haneul\./);
    assert.match(page, /<td>baram<\/td>\s*<td class="number">3<\/td>/);
    assert.ok(page.includes(`<code>${TOP}\n-- asked with --from 2026-11-25T00 --to 2026-11-25T23</code>`));
  });

  it('draws several columns of y, and prints the file with --json', async () => {
    const out = join(newFolder(), 'people.html');
    const query = "SELECT date_trunc('minute', sent_at) AS minute, count(*) AS messages, count(DISTINCT user_id) AS people FROM chat GROUP BY ALL"; // prettier-ignore
    const { code, stdout, stderr } = await run(newFolder(), query, '--chart', 'line', 'minute', 'messages', 'people', '--out', out, '--json'); // prettier-ignore
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), { out, rows: 6 });
    const { data, layout } = figureIn(readFileSync(out, 'utf8'));
    assert.deepEqual(
      data.map(({ name }) => name),
      ['messages', 'people'],
    );
    assert.deepEqual((data[0]?.['x'] as string[])[0], '2026-11-25T12:00:00Z');
    assert.deepEqual((data[0]?.['y'] as number[])[0], 2);
    assert.equal((layout['xaxis'] as { type: string }).type, 'date');
  });

  it('keeps an existing file without --force', async () => {
    const folder = newFolder();
    const out = join(folder, 'chart.html');
    writeFileSync(out, 'mine');
    const args = [TOP, '--chart', 'bar', 'channel', 'messages'];
    const { code, stderr } = await run(folder, ...args);
    assert.deepEqual(
      [code, stderr],
      [73, `Expected ${out} not to exist, found a file. Give another name, or --force to replace it.\n`],
    );
    assert.equal(readFileSync(out, 'utf8'), 'mine');
    assert.equal((await run(folder, ...args, '--force')).code, 0);
    assert.match(readFileSync(out, 'utf8'), /^<!DOCTYPE html>/);
  });

  for (const [name, args, complaint] of [
    [
      'a column that the answer does not have',
      [TOP, '--chart', 'bar', 'channel', 'mesages'],
      'Expected `mesages` to be a column of the answer, which has `channel`, `messages`. Name one of these.',
    ],
    [
      'a column of y without numbers',
      [TOP, '--chart', 'bar', 'messages', 'channel'],
      'Expected numbers in the column `channel`, to draw them as y, got texts. Numbers are in `messages`, or cast it there, as with `::DOUBLE`.',
    ],
    [
      'an answer without rows',
      ['SELECT 1 AS x, 2 AS y WHERE false', '--chart', 'line', 'x', 'y'],
      'Expected rows to draw, but the answer has none. Change the query, or --from and --to.',
    ],
    [
      'an answer with NULL only',
      ['SELECT 1 AS x, NULL::INTEGER AS y', '--chart', 'line', 'x', 'y'],
      'Expected numbers in the column `y`, got NULL in each row. Change the query, or --from and --to.',
    ],
    [
      'too many rows',
      ['SELECT range AS x, range AS y FROM range(10081)', '--chart', 'scatter', 'x', 'y'],
      'Expected an answer of at most 10080 rows to draw, got more. Group them in the query, as by minute, hour or channel, or end it with LIMIT.',
    ],
    [
      'too long texts',
      ["SELECT range AS x, repeat('x', 1000000) AS text FROM range(20)", '--chart', 'scatter', 'x', 'x'],
      'Expected an answer of at most 8388608 bytes to draw, got more. Leave out columns that the chart does not need.',
    ],
    [
      'names of columns that would control the terminal',
      ['SELECT 1 AS "a\u001b[31m"', '--chart', 'line', 'x', 'y'],
      'Expected `x` to be a column of the answer, which has `a\\x1b[31m`. Name one of these.',
    ],
    [
      'another type',
      [TOP, '--chart', 'pie', 'channel', 'messages'],
      'Expected --chart to be line, bar or scatter, got `pie`.',
    ],
    [
      'a chart without columns',
      [TOP, '--chart', 'bar'],
      'Expected the columns of x and y after the query, as in `"SELECT …" --chart bar minute messages`, got none.',
    ],
    [
      '--csv',
      [TOP, '--chart', 'bar', 'channel', 'messages', '--csv'],
      'Expected --csv or --chart, got both. Leave one out.',
    ],
    ['--out without --chart', [TOP, '--out', 'a.csv'], 'Expected --out and --force with --chart, got no --chart.'],
    [
      'a query without quotation marks',
      ['FROM', 'chat'],
      'Expected SQL after `chatlake sql`, got `FROM` `chat`. Put the query in quotation marks; columns are for --chart.',
    ],
  ] as const)
    it(`refuses ${name}, and leaves no file`, async () => {
      const folder = newFolder();
      assert.deepEqual(await run(folder, ...args), { code: 78, stdout: '', stderr: `${complaint}\n` });
      assert.deepEqual(readdirSync(folder), []);
    });
});
