import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { YELLOW_TABLES, tablePath } from '../../activities/yellow/manifest.ts';
import { silentLog } from '../../common/log.ts';
import { BLANK } from '../demo/blank-environment.ts';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs } from '../integration/servers.ts';
import { fillSmallLake } from '../integration/small-lake.ts';
import type { LakeDeps } from '../integration/test-lake.ts';
import { waitFor } from '../integration/wait-for.ts';

describe('chatlake export', function () {
  this.timeout(120_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let env: Record<string, string>;
  let lake: LakeDeps;
  let files = 0;

  before(async function startHdfs() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('export');
    const { url, user } = await hdfs();
    const root = `/export-${process.pid}`;
    env = { WEBHDFS_URL: url, HDFS_USER: user, HDFS_ROOT: root, DATA_DIR: join(scratch.path, 'data') };
    lake = await fillSmallLake(createHdfs({ urls: [url], user, log: silentLog }), root, join(scratch.path, 'lake'));
  });
  after(() => scratch.remove());

  /** A path in a directory of its own. */
  function newFile(name: string): string {
    const directory = join(scratch.path, `out-${++files}`);
    mkdirSync(directory);
    return join(directory, name);
  }
  async function run(...args: string[]): Promise<{ code: number | string; stderr: string }> {
    const command = chatlake(['export', ...args], env);
    const code = await command.exited();
    assert.equal(command.stdout(), '');
    return { code, stderr: command.stderr() };
  }
  async function exported(name: string, rows: string, ...args: string[]): Promise<Buffer> {
    const out = newFile(name);
    assert.deepEqual(await run(...args, '--out', out), { code: 0, stderr: `Wrote ${rows} to ${out}.\n` });
    assert.deepEqual(readdirSync(join(out, '..')), [name]);
    return readFileSync(out);
  }
  const query = (sql: string): Promise<unknown[][]> =>
    lake.withDatabase(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson());

  it('writes Parquet with the columns of the table', async () => {
    const out = newFile('haneul.parquet');
    assert.equal((await run('--format', 'parquet', '--channel', 'haneul', '--out', out)).code, 0);
    assert.deepEqual(
      await query(`SELECT message_id FROM '${out}'`),
      ['m1', 'm2', 'm4', 'm5', 'm6', 'm9'].map((id) => [id]),
    );
    const local = join(scratch.path, 'part.parquet');
    await lake.hdfs.download(tablePath(lake.root, 'chat', '2026-11-25T12'), local);
    const columns = (file: string) => query(`SELECT column_name, column_type FROM (DESCRIBE FROM '${file}')`);
    assert.deepEqual(await columns(out), await columns(local));
  });

  it('writes a channel by its id, and hours with both ends', async () => {
    const csv = await exported(
      'a.csv',
      '2 rows',
      '--format',
      'csv',
      '--channel',
      '7002',
      '--from',
      '2026-11-25T13',
      '--to',
      '2026-11-25T13',
    );
    const [head = '', ...rows] = csv.toString().trimEnd().split('\n');
    assert.match(head, /^message_id,channel_id,channel_login,/);
    assert.deepEqual(
      rows.map((row) => row.slice(0, 14)),
      ['m7,7002,baram,', 'm8,7002,baram,'],
    );
  });

  it('prints with --json what was written', async () => {
    const out = newFile('d.csv');
    const command = chatlake(['export', '--format', 'csv', '--channel', '7002', '--out', out, '--json'], env);
    assert.equal(await command.exited(), 0, command.stderr());
    const rows = readFileSync(out, 'utf8').trimEnd().split('\n').length - 1;
    assert.equal(command.stdout(), `${JSON.stringify({ out, rows })}\n`);
  });

  it('writes CSV in which no text is a formula', async () => {
    const csv = await exported('b.csv', '6 rows', '--format', 'csv', '--channel', '#Haneul');
    assert.match(csv.toString(), /,"'=HYPERLINK\(""x""\)",/);
  });

  it('writes JSON lines', async () => {
    const lines = await exported(
      'c.jsonl',
      '2 rows',
      '--format',
      'jsonl',
      '--table',
      'moderation',
      '--from',
      '2026-11-25',
    );
    const rows = lines
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      rows.map((row) => [row['kind'], row['duration_seconds'], row['sent_at']]),
      [
        ['user timed out', 600, '2026-11-25T12:04:00Z'],
        ['user banned', null, '2026-11-25T13:20:00Z'],
      ],
    );
  });

  it('writes the lines as they were received, with bytes that are no UTF-8', async () => {
    const odd = Buffer.concat([
      Buffer.from('@id=odd :a!a@a PRIVMSG #odd :'),
      Buffer.of(0xff, 0x80),
      Buffer.from(' \u{10f7ff} 안녕'),
    ]);
    const raw = await exported('d.irc', '10 lines', '--format', 'raw', '--channel', 'haneul');
    const lines = raw.toString().split('\n');
    assert.equal(lines.length, 11);
    assert.equal(lines.at(-1), '');
    assert.match(
      lines[0] ?? '',
      /^@room-id=7001;tmi-sent-ts=\d+;user-id=1;display-name=Lark;id=m1;first-msg=1 :lark!lark@lark\.tmi\.twitch\.tv PRIVMSG #haneul :hello world$/,
    );
    for (const line of lines.slice(0, -1)) assert.match(line, / #haneul( |$)/);
    const { asStored } = await import('../activities/yellow/as-stored.ts');
    const { RedTiles } = await import('../integration/red-tiles.ts');
    const red = new RedTiles(join(scratch.path, 'lake'), lake.hdfs, `${lake.root}-odd`);
    await red.add('chat', [{ line: asStored(odd), appendedAt: '2026-11-25T12:00:00Z', key: '9' }]);
    const out = newFile('odd.irc');
    const command = chatlake(['export', '--format', 'raw', '--channel', 'odd', '--out', out], {
      ...env,
      HDFS_ROOT: `${lake.root}-odd`,
    });
    assert.equal(await command.exited(), 0, command.stderr());
    assert.deepEqual(readFileSync(out), Buffer.concat([odd, Buffer.from('\n')]));
  });

  it('writes a file without rows if there are none', async () => {
    const csv = await exported('e.csv', '0 rows', '--format', 'csv', '--channel', 'nobody');
    assert.match(csv.toString(), /^message_id,[^\n]*\n$/);
  });

  it('refuses an existing file unless --force is given', async () => {
    const out = newFile('f.csv');
    writeFileSync(out, 'mine');
    const args = ['--format', 'csv', '--channel', 'haneul', '--out', out];
    assert.deepEqual(await run(...args), {
      code: 73,
      stderr: `Expected ${out} not to exist, found a file. Give another name, or --force to replace it.\n`,
    });
    assert.equal(readFileSync(out, 'utf8'), 'mine');
    assert.equal((await run(...args, '--force')).code, 0);
    assert.match(readFileSync(out, 'utf8'), /^message_id,/);
  });

  for (const [args, code, complaint] of [
    [['--format', 'csv', '--channel', 'haneul'], 78, /^Expected --out with the file to write, got nothing\.\n$/],
    [
      ['--out', 'x', '--channel', 'haneul'],
      78,
      /^Expected --format to be parquet, csv, jsonl or raw, got nothing\.\n$/,
    ],
    [['--out', 'x', '--format', 'xls', '--channel', 'haneul'], 78, /got `xls`/],
    [['--out', 'x', '--format', 'csv'], 78, /^Expected --channel, --from or --to, got none of them/],
    [
      ['--out', 'x', '--format', 'csv', '--table', 'chats', '--channel', 'a'],
      78,
      new RegExp(`^Expected --table to be ${YELLOW_TABLES[0]}, .*got \`chats\``),
    ],
    [['--out', 'x', '--format', 'csv', '--table', 'tallies', '--channel', 'a'], 78, /^Expected --table with channels/],
    [
      ['--out', 'x', '--format', 'raw', '--table', 'events', '--channel', 'a'],
      78,
      /^Expected no --table with --format raw/,
    ],
    [
      ['--out', '/nowhere/x.csv', '--format', 'csv', '--channel', 'a'],
      73,
      /^Expected to write \/nowhere\/x\.csv, got ENOENT\. Nothing was written/,
    ],
    [
      ['--out', '/tmp', '--format', 'csv', '--channel', 'a', '--force'],
      73,
      /^Expected \/tmp to be a new file, found something else/,
    ],
    [
      ['--out', '/tmp/chatlake-never.irc', '--format', 'raw', '--from', '2027-01-01'],
      69,
      /^Expected lines in .*\/red\/chat in these hours, found 2026-11-25T12 to 2026-11-26T00/,
    ],
  ] as const)
    it(`refuses ${args.join(' ')}`, async () => {
      const { code: found, stderr } = await run(...args);
      assert.match(stderr, complaint);
      assert.doesNotMatch(stderr, /\n {4}at /);
      assert.equal(found, code);
    });

  it('leaves nothing after Ctrl-C', async () => {
    // A server that never answers: the command waits until it is interrupted.
    const { createServer } = await import('node:net');
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    assert.ok(address !== null && typeof address === 'object');
    const out = newFile('g.csv');
    const command = spawn(
      process.execPath,
      ['cli/chatlake.ts', 'export', '--format', 'csv', '--channel', 'a', '--out', out],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...BLANK, ...env, WEBHDFS_URL: `http://127.0.0.1:${address.port}` },
      },
    );
    let stderr = '';
    command.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await waitFor('the temporary file', async () => readdirSync(join(out, '..')).length === 1);
    command.kill('SIGINT');
    assert.deepEqual(await once(command, 'close'), [130, null]);
    assert.deepEqual([readdirSync(join(out, '..')), stderr], [[], '']);
    silent.close();
  });
});
