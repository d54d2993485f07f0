import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabases } from '../../activities/duckdb/database.ts';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { removeOldYellow } from '../../activities/retain/remove-yellow.ts';
import { uniteDays } from '../../activities/retain/unite-day.ts';
import type { Video } from '../../activities/twitch/video.external.ts';
import { silentLog } from '../../common/log.ts';
import { MINUTE, Rounds } from '../activities/videos/rounds.ts';
import { video } from '../activities/videos/video.ts';
import { BLANK } from '../demo/blank-environment.ts';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs } from '../integration/servers.ts';
import { fillSmallLake } from '../integration/small-lake.ts';
import { waitFor } from '../integration/wait-for.ts';

describe('chatlake sql', function () {
  this.timeout(120_000);
  let scratch: { path: string; remove: () => Promise<void> };
  let env: Record<string, string>;

  before(async function startHdfs() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('sql');
    const { url, user } = await hdfs();
    const root = `/sql-${process.pid}`;
    env = { WEBHDFS_URL: url, HDFS_USER: user, HDFS_ROOT: root, DATA_DIR: join(scratch.path, 'data') };
    await fillSmallLake(createHdfs({ urls: [url], user, log: silentLog }), root, join(scratch.path, 'lake'));
  });
  after(() => scratch.remove());

  async function run(...args: string[]): Promise<{ code: number | string; stdout: string; stderr: string }> {
    const command = chatlake(['sql', ...args], env);
    const code = await command.exited();
    return { code, stdout: command.stdout(), stderr: command.stderr() };
  }
  const answered = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const TOP = 'SELECT channel_login AS channel, count(*) AS messages FROM chat GROUP BY ALL ORDER BY messages DESC';

  it('prints a table, and nothing on stderr', async () => {
    assert.equal(await answered(TOP), 'channel  messages\n-------  --------\nhaneul          6\nbaram           3\n');
  });

  it('prints CSV in which no text is a formula', async () => {
    const csv = await answered('--csv', "SELECT text, bits FROM chat WHERE user_login = 'crow' ORDER BY sent_at");
    assert.equal(csv, `text,bits\n"'=HYPERLINK(""x"")",\nhello,\n`);
  });

  it('prints JSON lines with every text as it is', async () => {
    const json = await answered('--json', 'SELECT text, emote_list, sent_at FROM chat', '--from', '2026-11-26');
    assert.deepEqual(JSON.parse(json), {
      text: 'good\u001b[31m night',
      emote_list: null,
      sent_at: '2026-11-26T00:01:00Z',
    });
  });

  it('lets no text control the terminal through a table', async () => {
    assert.match(
      await answered('SELECT text FROM chat', '--from', '2026-11-26T00', '--to', '2026-11-26T00'),
      /^good\\x1b\[31m night$/m,
    );
  });

  it('answers from the recordings of broadcasts, each once, of the days of the question and the two before', async () => {
    const all = 'SELECT * FROM videos ORDER BY video_id';
    assert.equal(await answered('--csv', all), 'video_id,stream_id,channel_id,channel_login,began_at,duration_seconds,title,found_at\n'); // prettier-ignore
    const { url, user } = await hdfs();
    const store = createHdfs({ urls: [url], user, log: silentLog });
    const scratchDirectory = scratch.path;
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory });
    const rounds = new Rounds(store, env['HDFS_ROOT'] ?? '', { withDatabase, scratchDirectory });
    rounds.live('7001');
    const recording = (videoId: string, time: string): Video =>
      video({ videoId, channelId: '7001', streamId: `s${videoId}`, beganAtMs: Date.parse(`2026-11-${time}Z`) });
    rounds.answers.set('7001', [
      recording('1', '22T12:00:00'),
      recording('2', '24T12:00:00'),
      recording('3', '25T23:59:59'),
    ]);
    await rounds.play();
    // Twitch moves it over midnight.
    rounds.nowMs += 30 * MINUTE;
    rounds.answers.set('7001', [recording('3', '26T00:00:01')]);
    await rounds.play();
    const lines = (await answered('--csv', all)).split('\n');
    assert.equal(lines[1], `1,s1,7001,haneul,2026-11-22T12:00:00Z,600,it's <b>안녕</b>,2026-11-25T18:00:00Z`);
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(',')[0]),
      ['1', '2', '3', ''],
    );
    assert.match(lines[3] ?? '', /,2026-11-26T00:00:01Z,/);
    const ids = 'SELECT video_id FROM videos ORDER BY video_id';
    assert.equal(await answered('--csv', ids, '--from', '2026-11-26T00'), 'video_id\n2\n3\n');
    assert.equal(await answered('--csv', ids, '--to', '2026-11-25'), 'video_id\n1\n2\n3\n');
    const joined =
      'SELECT count(*) AS n FROM chat JOIN videos USING (channel_id) WHERE sent_at >= began_at AND video_id = ';
    assert.equal(await answered('--csv', `${joined}'2'`), 'n\n6\n');
  });

  it('tells on stderr of which days what people wrote was removed', async () => {
    const { url, user } = await hdfs();
    const root = `/sql-removed-${process.pid}`;
    const store = createHdfs({ urls: [url], user, log: silentLog });
    const deps = await fillSmallLake(store, root, join(scratch.path, 'old-lake'));
    await store.remove(`${root}/red`, { recursive: true });
    const given = { ...deps, now: Date.now, dropCopies: async () => {}, log: silentLog };
    const never = new AbortController().signal;
    await uniteDays(given, '2026-11-26', never);
    assert.equal(await removeOldYellow(given, { days: ['2026-11-25'], afterDays: 90 }, never), 1);
    assert.equal(await store.status(`${root}/yellow/chat/hour=2026-11-25`), undefined);
    assert.equal((await store.list(`${root}/yellow/tallies/hour=2026-11-25`)).length, 1);
    const command = chatlake(['sql', TOP], { ...env, HDFS_ROOT: root });
    assert.equal(await command.exited(), 0);
    assert.equal(command.stdout(), 'channel  messages\n-------  --------\nhaneul          1\n');
    assert.equal(
      command.stderr(),
      'What people wrote on 2026-11-25 was removed (YELLOW_KEEP_DAYS): chat, events, moderation and quarantine have no rows of it.\n',
    );
    await store.remove(root, { recursive: true });
  });

  it('keeps fetched files for the next query, and leaves nothing else behind', async () => {
    await answered(TOP);
    assert.equal(
      readdirSync(join(env['DATA_DIR'] ?? '', 'cache', 'query')).filter((name) => name.endsWith('.parquet')).length > 2,
      true,
    );
    assert.deepEqual(
      readdirSync(join(env['DATA_DIR'] ?? '', 'scratch')).filter((name) => !name.startsWith('.')),
      [],
    );
  });

  it('finds the local HDFS of its data directory without an address', async () => {
    const directory = join(scratch.path, 'installation', 'servers', 'hdfs');
    mkdirSync(directory, { recursive: true });
    const port = Number(new URL(env['WEBHDFS_URL'] ?? '').port);
    writeFileSync(join(directory, 'ports.json'), JSON.stringify({ nameNodeHttp: port, nameNodeRpc: 1 }));
    writeFileSync(join(directory, 'owner'), `${env['HDFS_USER']}\n`);
    const own = { HDFS_ROOT: env['HDFS_ROOT'] ?? '', DATA_DIR: join(scratch.path, 'installation') };
    const command = chatlake(['sql', 'SELECT count(*) AS n FROM chat', '--json'], own);
    assert.equal(await command.exited(), 0, command.stderr());
    assert.equal(command.stdout(), '{"n":9}\n');
  });

  it('works twice at the same time', async () => {
    const [one, two] = await Promise.all([answered(TOP), answered(TOP)]);
    assert.equal(one, two);
  });

  for (const [args, code, complaint] of [
    [['SELEC 1'], 78, /^The query failed: Parser Error: syntax error at or near "SELEC"\nLINE 1: SELEC 1\n {8}\^\n$/],
    [['DROP VIEW chat'], 78, /^Expected a query, got a statement DROP\. The tables can only be read\.\n$/],
    [
      ["FROM read_text('/etc/hostname')"],
      78,
      /^The query failed: Permission Error: Cannot access file "\/etc\/hostname"/,
    ],
    [['SELECT 1', '--csv', '--json'], 78, /^Expected --csv or --json, got both\. Leave one out\.\n$/],
    [
      ['SELECT 1', '--from', 'yesterday'],
      78,
      /^Expected --from to be an hour like 2026-11-25T14 or a day like 2026-11-25, got `yesterday`\.\n$/,
    ],
    [['SELECT 1', '--from', '2026-11-31'], 78, /got `2026-11-31`/],
    [
      ['SELECT 1', '--from', '2026-11-26', '--to', '2026-11-25T12'],
      78,
      /^Expected --from \(2026-11-26\) to be no later than --to \(2026-11-25T12\)/,
    ],
    [
      ['FROM chat', '--from', '2027-01-01'],
      69,
      /^Expected refined hours from 2027-01-01T00 to 2026-11-26T00, found none\. The lake has 2026-11-25T12/,
    ],
    [["SELECT error('no ' || text) FROM chat"], 78, /^The query failed: Invalid Input Error: no /],
  ] as const)
    it(`refuses ${args.join(' ')}`, async () => {
      const { code: found, stdout, stderr } = await run(...args);
      assert.match(stderr, complaint);
      assert.doesNotMatch(stderr, /\n {4}at /);
      assert.deepEqual([found, stdout], [code, '']);
    });

  it('says in one sentence that HDFS is away', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    assert.ok(address !== null && typeof address === 'object');
    const url = `http://127.0.0.1:${address.port}`;
    const command = chatlake(['sql', 'FROM chat'], { ...env, WEBHDFS_URL: url });
    assert.equal(await command.exited(), 69);
    assert.match(
      command.stderr(),
      new RegExp(`^Expected HDFS at ${url} to answer, but it did not: [^\\n]+\\. Start it with [^\\n]+\\n$`),
    );
  });

  it('says in one sentence that the lake is empty', async () => {
    const command = chatlake(['sql', 'FROM chat'], { ...env, HDFS_ROOT: '/nothing-here' });
    assert.equal(await command.exited(), 69);
    assert.match(command.stderr(), /^Expected refined hours in \/nothing-here\/yellow, found none\. [^\n]+\n$/);
  });

  const MANY = "SELECT range AS n, 'some text' AS text FROM range(5000000)";

  it('ends quietly when the reader has read enough', async () => {
    const line = `"${process.execPath}" cli/chatlake.ts sql "${MANY}" --csv | head -2; echo "$?"`;
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', line], {
      env: { ...process.env, ...BLANK, ...env },
    });
    assert.deepEqual([stdout, stderr], ['n,text\n0,some text\n0\n', '']);
    const scratchDirectory = join(env['DATA_DIR'] ?? '', 'scratch');
    const isEmpty = () => readdirSync(scratchDirectory).every((name) => name.startsWith('.'));
    await waitFor('no scratch directory', async () => isEmpty());
  });

  it('ends quietly on Ctrl-C', async () => {
    const command = spawn(process.execPath, ['cli/chatlake.ts', 'sql', MANY], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...BLANK, ...env },
    });
    let stderr = '';
    command.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await once(command.stdout, 'readable');
    command.kill('SIGINT');
    command.stdout.resume();
    assert.deepEqual(await once(command, 'close'), [130, null]);
    assert.equal(stderr, '');
    assert.deepEqual(
      readdirSync(join(env['DATA_DIR'] ?? '', 'scratch')).filter((name) => !name.startsWith('.')),
      [],
    );
  });

  it('prints a large answer to its end, with little memory of its own', async () => {
    const query = MANY.replace('5000000', '400000');
    const line = `"${process.execPath}" --max-old-space-size=64 cli/chatlake.ts sql "${query}" --json | tail -1`;
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { env: { ...process.env, ...BLANK, ...env } });
    assert.equal(stdout, '{"n":399999,"text":"some text"}\n');
  });

  it('refuses an output that is full', async function () {
    if (!existsSync('/dev/full')) return this.skip();
    const line = `"${process.execPath}" cli/chatlake.ts sql "${MANY}" --csv > /dev/full`;
    const failed = await promisify(execFile)('sh', ['-c', line], { env: { ...process.env, ...BLANK, ...env } }).catch(
      (error: { code: number; stderr: string }) => error,
    );
    assert.ok('code' in failed);
    assert.equal(failed.code, 73);
    assert.equal(failed.stderr, 'Expected to write to the standard output, got ENOSPC. Write to another place.\n');
  });
});
