import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import got from 'got';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { silentLog } from '../../common/log.ts';
import { installedNotebookPython } from '../../infra/local/notebook.ts';
import { installedSpark } from '../../infra/local/spark.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import { BROWSER_TIMEOUT_MS } from '../browser/chromium.ts';
import { openPage } from '../browser/open-page.ts';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs } from '../integration/servers.ts';
import { fillSmallLake } from '../integration/small-lake.ts';
import { waitFor } from '../integration/wait-for.ts';

const SHIPPED = 'docs/notebooks/lively-chat.ipynb';

/** Needs Jupyter and Spark in the cache: `make notebook` installs both. */
describe('chatlake notebook', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  if (installedSpark() === undefined || installedNotebookPython() === undefined) {
    it('runs a notebook (not run: Jupyter or Spark is not in the cache, `make notebook` installs them)', function () {
      this.skip();
    });
    return;
  }

  let scratch: { path: string; remove: () => Promise<void> };
  let env: Record<string, string>;
  before(async function startHdfs() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('notebook');
    const { url, user } = await hdfs();
    const root = `/notebook-${process.pid}`;
    const [data, site] = [join(scratch.path, 'data'), join(scratch.path, 'site')];
    env = { WEBHDFS_URL: url, HDFS_USER: user, HDFS_ROOT: root, DATA_DIR: data, REPORT_DIR: site };
    await fillSmallLake(createHdfs({ urls: [url], user, log: silentLog }), root, join(scratch.path, 'lake'));
  });
  after(() => scratch.remove());

  const read = (name: string) => readFileSync(join(env['REPORT_DIR'] ?? '', 'notebooks', name), 'utf8');

  /** A notebook with one cell. */
  function notebookOf(source: string): string {
    const file = join(scratch.path, 'own.ipynb');
    const cell = { cell_type: 'code', id: 'one', metadata: {}, execution_count: null, outputs: [], source };
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] }));
    return file;
  }

  async function run(file: string, own: Record<string, string> = {}) {
    const command = chatlake(['notebook', '--run', file], { ...env, ...own });
    const code = await command.exited();
    return { code, stderr: command.stderr() };
  }

  it('runs the shipped notebook, whose page is drawn in a browser', async () => {
    const before = readFileSync(SHIPPED, 'utf8');
    const { code, stderr } = await run(SHIPPED);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /cell 1 of \d/);
    assert.match(stderr, /Published \/notebooks\/lively-chat\/ of the site/);
    assert.equal(readFileSync(SHIPPED, 'utf8'), before);
    const site = await startSiteServer({ directory: env['REPORT_DIR'] ?? '', port: 0, log: silentLog });
    try {
      for (const width of [1280, 390])
        for (const colorScheme of ['light', 'dark'] as const) {
          const { page, said } = await openPage(`${site.url}/notebooks/lively-chat/`, width, colorScheme);
          const charts = page.locator('[data-chart]');
          assert.equal(await charts.count(), 3);
          for (const chart of await charts.all()) await chart.locator('.point').first().waitFor({ state: 'attached' });
          await page.getByRole('cell', { name: 'haneul' }).waitFor();
          assert.deepEqual(said, []);
          const fits = await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
          assert.equal(fits, true, 'nothing is wider than the screen');
          const shots = process.env['SCREENSHOTS'];
          if (shots) await page.screenshot({ path: join(shots, `${width}-${colorScheme}.png`), fullPage: true });
          await page.context().close();
        }
    } finally {
      await site.stop();
    }
    assert.deepEqual(
      readdirSync(join(env['DATA_DIR'] ?? '', 'scratch')).filter((name) => !name.startsWith('.')),
      [],
    );
  });

  it('gives a notebook no secret, texts as they are, times in UTC, and figures of Plotly Express', async () => {
    const file = notebookOf(
      [
        'import os, plotly.express as px',
        'from chatlake import ask, frame, publish',
        `names = ${JSON.stringify(['TWITCH_CLIENT_SECRET', 'PARAMETER_STORE_KEY', 'TEMPORAL_API_KEY'])}`,
        "rows = ask(\"SELECT text, sent_at, bits FROM chat WHERE message_id IN ('m4', 'm9') ORDER BY sent_at\")",
        'figure = px.scatter(x=list(range(2000)), y=[n % 7 for n in range(2000)], color=["<b>x</b>"] * 2000)',
        'by_hour = px.density_heatmap(frame("SELECT hour, channel_login FROM chat"), x="hour", y="channel_login")',
        'publish("own", "Own", str([os.environ.get(name) for name in names]), charts=[("Points", figure), ("Hours", by_hour)], tables=[("Rows", rows)])',
      ].join('\n'),
    );
    const secrets = {
      TWITCH_CLIENT_SECRET: 'hush',
      PARAMETER_STORE_KEY: 'hush-hush-hush-hush',
      TEMPORAL_API_KEY: 'hush',
    };
    const { code, stderr } = await run(file, { ...secrets, TZ: 'Asia/Seoul' });
    assert.equal(code, 0, stderr);
    const page = read('own/index.html');
    assert.doesNotMatch(page, /hush|scattergl|<b>x/);
    assert.match(page, /=HYPERLINK\(&quot;x&quot;\)/);
    assert.match(page, /2026-11-25 12:01:00/);
  });

  it('asks again if the file of an hour was replaced meanwhile', async () => {
    const file = notebookOf(`
import os, chatlake
opened = []
def replacing(spark, table, really=chatlake._open):
    size = really(spark, table)
    opened.append(table)
    if len(opened) > 1:
        return size
    path = spark._jvm.org.apache.hadoop.fs.Path
    at = lambda hour: path(f"{os.environ['HDFS_URL']}{os.environ['HDFS_ROOT']}/yellow/coverage/hour={hour}/part.parquet")
    hdfs = at("2026-11-25T12").getFileSystem(spark._jsc.hadoopConfiguration())
    spark._jvm.org.apache.hadoop.fs.FileUtil.copy(hdfs, at("2026-11-25T12"), hdfs, at("2026-11-25T13"), False, True, spark._jsc.hadoopConfiguration())
    return size
chatlake._open = replacing
rows = chatlake.ask("SELECT hour, count(*) AS rows FROM coverage GROUP BY hour")
counts = {row["hour"]: row["rows"] for row in rows}
assert len(opened) == 4 and counts["2026-11-25T12"] == counts["2026-11-25T13"], (opened, counts)`);
    const { code, stderr } = await run(file);
    assert.equal(code, 0, stderr);
  });

  it('says which cell failed and why, in one sentence', async () => {
    const { code, stderr } = await run(notebookOf('from chatlake import ask\nask("SELECT nothing FROM chat")'));
    assert.equal(code, 69);
    assert.match(
      stderr,
      /^Expected the notebook .*own\.ipynb to run to its end, but cell 1 failed: AnalysisException: \[UNRESOLVED_COLUMN/m,
    );
    assert.doesNotMatch(stderr, /\n +at |Traceback/);
  });

  it('says that a table has no rows yet', async () => {
    const { code, stderr } = await run(notebookOf('from chatlake import ask\nask("FROM quarantine")'));
    assert.equal(code, 69);
    assert.match(stderr, /Expected rows of the table quarantine in hdfs:.*, found none\..*Run the cell again/);
  });

  it('says that a page is wrong, and publishes nothing', async () => {
    const { code, stderr } = await run(notebookOf('from chatlake import publish\npublish("No Name", "Title", "Text")'));
    assert.equal(code, 69);
    assert.match(stderr, /its name is wrong: lower-case letters, digits and -, at most 60/);
  });

  it('ends when the kernel dies', async () => {
    const { code, stderr } = await run(notebookOf('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)'));
    assert.equal(code, 69);
    assert.match(stderr, /cell 1 did not end: Kernel died/);
  });

  it('serves notebooks on loopback to who has the token, and stops with all kernels on Ctrl-C', async () => {
    const command = chatlake(['notebook'], env, scratch.path);
    const [, url = '', token = ''] = await command.said(/Notebooks +(http:\/\/127\.0\.0\.1:\d+\/)lab\?token=(\w+)/);
    const ask = got.extend({ prefixUrl: url, throwHttpErrors: false, retry: { limit: 0 } });
    assert.equal((await ask('api/contents')).statusCode, 403);
    assert.equal((await ask('api/status', { headers: { host: 'rebound.example' } })).statusCode, 403);
    const own = ask.extend({ headers: { authorization: `token ${token}` } });
    const { content } = await own('api/contents').json<{ content: { name: string }[] }>();
    assert.ok(content.some(({ name }) => name === 'lively-chat.ipynb'));
    assert.ok(existsSync(join(scratch.path, 'notebooks', 'lively-chat.ipynb')));
    const { id } = await own.post('api/kernels', { json: { name: 'python3' } }).json<{ id: string }>();
    await waitFor('the kernel', () => commandLines().some((line) => line.includes(id)));
    assert.doesNotMatch(commandLines().join('\n'), new RegExp(token));
    command.interrupt();
    assert.equal(await command.exited(), 0, command.stderr());
    await waitFor('the kernel to be gone', () => !commandLines().some((line) => line.includes(id)));
  });
});

describe('chatlake notebook without a pipeline', () => {
  it('says in one sentence what to start', async () => {
    const { path, remove } = await temporaryDirectory('no-lake');
    mkdirSync(path, { recursive: true });
    const command = chatlake(['notebook'], { DATA_DIR: path });
    assert.equal(await command.exited(), 69);
    assert.match(
      command.stderr(),
      /^Expected a running pipeline in [^\n]+, found none\. Start it with `make demo` or `make up`[^\n]+\n$/,
    );
    await remove();
  });
});

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });
}
