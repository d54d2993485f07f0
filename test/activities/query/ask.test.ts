import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { answerQuery } from '../../../activities/query/answer.ts';
import type { Cell } from '../../../activities/query/answer.ts';
import { askYellow } from '../../../activities/query/ask.ts';
import type { HourRange } from '../../../activities/query/sources.ts';
import type { TextColumn } from '../../../activities/query/text-columns.ts';
import { openCachedFiles } from '../../../activities/hdfs/cached-files.ts';
import { removeOldYellow } from '../../../activities/retain/remove-yellow.ts';
import { uniteDays } from '../../../activities/retain/unite-day.ts';
import { tablePath } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { directoryHdfs } from '../../integration/directory-hdfs.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import { fillSmallLake } from '../../integration/small-lake.ts';

describe('askYellow(deps, { sql, range }) and answerQuery(connection, sql)', function () {
  this.timeout(120_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let asked = 0;
  /** The files that were downloaded, without the root. */
  let downloaded: string[] = [];
  const root = '/lake';
  /** The directory of HDFS. */
  let lake: string;

  before(async () => {
    scratch = await temporaryDirectory('ask');
    lake = scratch.path;
    await fillSmallLake(directoryHdfs(scratch.path), root, scratch.path);
  });
  after(() => scratch.remove());

  async function ask(
    sql: string,
    {
      range = {},
      signal = new AbortController().signal,
      at = root,
      place = scratch.path,
      removed = () => {},
    }: {
      range?: HourRange;
      signal?: AbortSignal;
      at?: string;
      place?: string;
      removed?: (days: string[]) => void;
    } = {},
  ): Promise<{ columns: TextColumn[]; rows: Cell[][] }> {
    const own = join(place, `ask-${++asked}`);
    await mkdir(own);
    const inner = directoryHdfs(lake);
    downloaded = [];
    const hdfs = {
      ...inner,
      download: (path: string, file: string) => (
        downloaded.push(path.replace(`${at}/yellow/`, '')),
        inner.download(path, file)
      ),
    };
    const deps = {
      hdfs,
      root: at,
      files: await openCachedFiles(hdfs, join(own, 'cache'), 2 ** 30),
      withDatabase: createDatabases({ memoryLimitMb: 256, threads: 2, scratchDirectory: join(own, 'scratch') }),
      scratchDirectory: join(own, 'scratch'),
    };
    await mkdir(deps.scratchDirectory);
    return askYellow(deps, { sql, range, signal, fetched: () => {}, removed }, async (connection) => {
      const answer = await answerQuery(connection, sql);
      const rows: Cell[][] = [];
      for await (const some of answer.rows) rows.push(...some);
      return { columns: answer.columns, rows };
    });
  }
  const rowsOf = async (sql: string, range: HourRange = {}): Promise<Cell[][]> => (await ask(sql, { range })).rows;

  it('answers over all hours of the lake, with their names', async () => {
    assert.deepEqual(await rowsOf('SELECT hour, count(*) FROM chat GROUP BY hour ORDER BY hour'), [
      ['2026-11-25T12', '6'],
      ['2026-11-25T13', '2'],
      ['2026-11-26T00', '1'],
    ]);
  });

  it('fetches only the tables and hours that the query reads', async () => {
    await rowsOf("SELECT count(*) FROM chat WHERE hour = '2026-11-25T13'");
    assert.deepEqual(downloaded, ['chat/hour=2026-11-25T13/part.parquet']);
    await rowsOf('SELECT count(*) FROM moderation', { to: '2026-11-25T12' });
    assert.deepEqual(downloaded, ['moderation/hour=2026-11-25T12/part.parquet']);
    await rowsOf('FROM gaps', { from: '2026-11-26T00' });
    assert.deepEqual(
      downloaded.sort(),
      ['2026-11-25T12', '2026-11-25T13', '2026-11-26T00'].map((hour) => `coverage/hour=${hour}/part.parquet`),
    );
    await rowsOf('DESCRIBE chat');
    assert.deepEqual(downloaded, []);
  });

  it('gives the same answers when a day was united', async () => {
    const united = await temporaryDirectory('ask-united');
    try {
      const deps = await fillSmallLake(directoryHdfs(united.path), root, united.path);
      const asked: [string, HourRange?][] = [
        ['SELECT hour, count(*) FROM chat GROUP BY hour ORDER BY hour'],
        ["SELECT message_id, hour FROM chat WHERE hour = '2026-11-25T13' ORDER BY 1"],
        ["SELECT message_id FROM chat WHERE hour LIKE '2026-11-25%' ORDER BY 1"],
        ["SELECT message_id FROM chat WHERE hour >= '2026-11-25' AND hour < '2026-11-26' ORDER BY 1"],
        ['SELECT count(*) FROM chat', { from: '2026-11-25T13', to: '2026-11-25T13' }],
        ['FROM gaps ORDER BY ALL', { from: '2026-11-26T00' }],
        ['FROM tallies ORDER BY ALL', { to: '2026-11-25T12' }],
        ['FROM broadcasts'],
      ];
      const answers = async (): Promise<Cell[][][]> => {
        const found: Cell[][][] = [];
        for (const [sql, range = {}] of asked) found.push(await rowsOf(sql, range));
        return found;
      };
      const before = await answers();
      await deps.hdfs.remove(`${root}/red`, { recursive: true });
      const now = () => Date.parse('2026-12-10T00:00:00Z');
      await uniteDays({ ...deps, now, log: silentLog }, '2026-11-26', new AbortController().signal);
      lake = united.path;
      assert.deepEqual(await answers(), before);
      await rowsOf("SELECT count(*) FROM chat WHERE hour = '2026-11-25T13'");
      assert.match(downloaded.join(), /^chat\/hour=2026-11-25\/part-[^,]*$/);
    } finally {
      lake = scratch.path;
      await united.remove();
    }
  });

  it('tells of which days rows were removed, if the query reads their tables', async () => {
    const old = await temporaryDirectory('ask-removed');
    try {
      const deps = await fillSmallLake(directoryHdfs(old.path), root, old.path);
      await deps.hdfs.remove(`${root}/red`, { recursive: true });
      const given = {
        ...deps,
        now: () => Date.parse('2026-12-10T00:00:00Z'),
        dropCopies: async () => {},
        log: silentLog,
      };
      const never = new AbortController().signal;
      await uniteDays(given, '2026-11-26', never);
      await removeOldYellow(given, { days: ['2026-11-25'], afterDays: 9 }, never);
      lake = old.path;
      const told: string[][] = [];
      const count = async (table: string, range: HourRange = {}): Promise<Cell[][]> =>
        (await ask(`SELECT count(*) FROM ${table}`, { range, removed: (days) => void told.push(days) })).rows;
      assert.deepEqual(await count('chat'), [['1']]);
      assert.deepEqual(told, [['2026-11-25']]);
      assert.deepEqual(await count('chat', { from: '2026-11-26T00' }), [['1']]);
      assert.notDeepEqual(await count('streams'), [['0']]);
      assert.deepEqual(told, [['2026-11-25']], 'nothing is missing there');
    } finally {
      lake = scratch.path;
      await old.remove();
    }
  });

  it('has no rows of a table that an hour does not have', async () => {
    assert.deepEqual(await rowsOf('SELECT count(*) FROM moderation', { from: '2026-11-26T00' }), [['0']]);
  });

  it('looks back for views, and shows what overlaps the range', async () => {
    const gaps = 'SELECT channel_login, began_at, ended_at, reason FROM gaps ORDER BY began_at';
    const open: Cell[] = ['baram', '2026-11-25T13:30:00Z', null, 'msg_channel_suspended'];
    assert.deepEqual(await rowsOf(gaps), [
      ['haneul', '2026-11-25T12:30:00Z', '2026-11-25T12:32:00Z', 'connection lost'],
      open,
    ]);
    assert.deepEqual(await rowsOf(gaps, { from: '2026-11-26T00' }), [open]);
    const broadcasts = 'SELECT stream_id, polls, peak_viewers, began_at FROM broadcasts';
    assert.deepEqual(await rowsOf(broadcasts, { from: '2026-11-25T13' }), [['s1', '3', '140', '2026-11-25T11:50:00Z']]);
    assert.deepEqual(await rowsOf(broadcasts, { from: '2026-11-26T00' }), []);
  });

  it('makes texts of all types', async () => {
    const { columns, rows } =
      await ask(`SELECT 1 AS a, 12345678901234567890123::HUGEINT AS b, 1.50::DECIMAL(9, 2) AS c, 'nan'::DOUBLE AS d,
      'infinity'::DOUBLE AS e, true AS f, [1, NULL] AS g, {'x': 'y"z'} AS h, MAP {'k': 'v'} AS i, TIMESTAMPTZ '2026-11-25 12:00:00.5+00' AS j,
      'infinity'::TIMESTAMPTZ AS k, DATE '2026-11-25' AS l, NULL AS m, '' AS n, INTERVAL 90 SECOND AS o, '{"a":1}'::JSON AS p, 'x'::BLOB AS q,
      1 AS a, TIMESTAMP '2026-11-25 12:00:00' AS r`);
    assert.deepEqual(
      columns.map(({ name, kind }, index) => [name, kind, rows[0]?.[index]]),
      [
        ['a', 'number', '1'],
        ['b', 'number', '12345678901234567890123'],
        ['c', 'number', '1.50'],
        ['d', 'number', null],
        ['e', 'number', null],
        ['f', 'json', 'true'],
        ['g', 'json', '[1,null]'],
        ['h', 'json', '{"x":"y\\"z"}'],
        ['i', 'json', '{"k":"v"}'],
        ['j', 'time', '2026-11-25T12:00:00.5Z'],
        ['k', 'time', 'infinity'],
        ['l', 'text', '2026-11-25'],
        ['m', 'number', null],
        ['n', 'text', ''],
        ['o', 'text', '00:01:30'],
        ['p', 'text', '{"a":1}'],
        ['q', 'text', 'x'],
        ['a_1', 'number', '1'],
        ['r', 'text', '2026-11-25 12:00:00'],
      ],
    );
  });

  it('keeps the order of many rows', async () => {
    let [rows, before] = [0, -1];
    const { rows: found } = await ask('SELECT range AS n FROM range(300000) ORDER BY n');
    for (const [cell] of found) {
      assert.ok(Number(cell) > before);
      [rows, before] = [rows + 1, Number(cell)];
    }
    assert.equal(rows, 300_000);
  });

  it('accepts comments, a final semicolon and quotes', async () => {
    assert.deepEqual(await rowsOf("SELECT 'it''s' AS x; -- done;"), [["it's"]]);
    assert.deepEqual(await rowsOf('/* ; */ SELECT 1\n'), [['1']]);
  });

  it('reads files of an older release, whose columns are fewer', async () => {
    const path = join(scratch.path, tablePath('/old', 'chat', '2026-11-25T12'));
    await mkdir(join(path, '..'), { recursive: true });
    await mkdir(join(scratch.path, 'old/yellow/manifests'), { recursive: true });
    await writeFile(join(scratch.path, 'old/yellow/manifests/2026-11-25T12.json'), '{}');
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: scratch.path });
    await withDatabase((connection) => connection.run(`COPY (SELECT 'a' AS message_id) TO '${path}' (FORMAT parquet)`));
    const { rows } = await ask('SELECT message_id, text, typeof(emote_list), hour FROM chat', { at: '/old' });
    assert.deepEqual(
      rows[0]?.filter((_, index) => index !== 2),
      ['a', null, '2026-11-25T12'],
    );
    assert.match(String(rows[0]?.[2]), /^STRUCT\(.*\)\[\]$/);
  });

  it('refuses an empty lake, and a range without hours', async () => {
    const refusal = (exitCode: number, words: RegExp) => (error: Error & { exitCode?: number }) => (
      assert.match(error.message, words),
      error.exitCode === exitCode
    );
    await assert.rejects(
      ask('FROM chat', { at: '/nowhere' }),
      refusal(69, /^Expected refined hours in \/nowhere\/yellow, found none\./),
    );
    await assert.rejects(
      ask('FROM chat', { range: { from: '2027-01-01T00' } }),
      refusal(
        69,
        /^Expected refined hours from 2027-01-01T00 to 2026-11-26T00, found none\. The lake has 2026-11-25T12 to 2026-11-26T00: change/,
      ),
    );
  });

  it('cannot read other files, also while it runs', async () => {
    await writeFile(join(scratch.path, 'secret.csv'), 'a\n1\n');
    for (const path of [
      join(scratch.path, 'secret.csv'),
      join(scratch.path, `ask-${asked + 1}`, 'cache/x.parquet'),
      '/etc/hostname',
    ])
      await assert.rejects(ask(`FROM read_text('${path}')`), /Permission Error/);
    assert.equal(await readFile(join(scratch.path, 'secret.csv'), 'utf8'), 'a\n1\n');
  });

  it('works in a directory that is a symbolic link, or has an odd name', async () => {
    const odd = join(scratch.path, "it's {a} 한글 100%");
    await mkdir(odd);
    await symlink(odd, join(scratch.path, 'link'));
    for (const place of [odd, join(scratch.path, 'link')])
      assert.deepEqual((await ask('SELECT count(*) FROM chat', { place })).rows, [['9']]);
  });

  it('ends soon after its signal aborts', async () => {
    const controller = new AbortController();
    const long = ask('SELECT count(*) FROM range(100000000) a(x), range(100000000) b(y) WHERE x * y % 7 = 3', {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 500);
    await assert.rejects(long, /INTERRUPT|aborted/);
  });

  it('skips a file that is removed after it was listed', async () => {
    await rm(join(scratch.path, 'old'), { recursive: true });
    assert.deepEqual(await rowsOf('SELECT count(*) FROM chat'), [['9']]);
  });
});
