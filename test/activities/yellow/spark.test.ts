import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { openCachedFiles } from '../../../activities/hdfs/cached-files.ts';
import { fenceOthers } from '../../../activities/hdfs/fence.ts';
import { readFileSystem } from '../../../activities/hdfs/file-system.ts';
import { baseName } from '../../../activities/hdfs/paths.ts';
import { listReadableTiles } from '../../../activities/red/list-tiles.ts';
import { listPolls } from '../../../activities/red/polls.ts';
import { createSparkSubmit } from '../../../activities/spark/submit.ts';
import { createDuckdbEngine } from '../../../activities/yellow/duckdb-engine.ts';
import { createYellowWriter } from '../../../activities/yellow/files.ts';
import { createPieceParser } from '../../../activities/yellow/pieces.ts';
import type { RedOfHour } from '../../../activities/yellow/engine.ts';
import { enginePath } from '../../../activities/yellow/engine.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import type { Manifest, YellowTable } from '../../../activities/yellow/manifest.ts';
import { measure } from '../../../activities/yellow/measure.ts';
import { refinementsDirectory } from '../../../activities/yellow/publishing.ts';
import { createSparkEngine, sparkDirectory } from '../../../activities/yellow/spark-engine.ts';
import { localDisk } from '../../../common/disk.ts';
import { silentLog } from '../../../common/log.ts';
import { installedSpark } from '../../../infra/local/spark.ts';
import { RedTiles, temporaryDirectory } from '../../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs as realHdfs } from '../../integration/servers.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';
import { coverageLines, fuzzedLines, goldenLines } from './varied-lines.ts';

const HOUR = '2026-11-25T12';
const AFTER = '2026-11-25T13';
const FUZZED = Number(process.env['SPARK_LINES'] ?? 2_000);
const SHORT_JOBS = fileURLToPath(new URL('../../../infra/local/spark/short-jobs.properties', import.meta.url));
const ENGINES = ['duckdb', 'spark'] as const;
/** Wrote most of the golden lines. */
const SOMEBODY = { ids: new Set(['9002']), logins: new Set<string>() };

/** Needs Spark in the cache: `make spark` installs it. */
describe('Spark and DuckDB on real HDFS', function () {
  this.timeout(300_000);
  const spark = installedSpark();
  if (spark === undefined) {
    it('refine to the same rows (not run: Spark is not in the cache, `make spark` installs it)', function () {
      this.skip();
    });
    return;
  }

  let hdfs: Hdfs;
  let red: RedTiles;
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
  const root = `/spark-test-${process.pid}`;
  const made = {} as Record<(typeof ENGINES)[number], { directory: string; tables: Manifest['tables'] }>;
  const withoutSome = {} as Record<(typeof ENGINES)[number], Manifest['tables']>;
  const told: string[] = [];

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const { url, user } = await realHdfs();
    hdfs = createHdfs({ urls: [url], user, log: silentLog });
    scratch = await temporaryDirectory('spark');
    const scratchDirectory = scratch.path;
    red = new RedTiles(scratchDirectory, hdfs, root);
    await writeRed(red);
    const { withDatabase } = red;
    const files = await openCachedFiles(hdfs, join(scratchDirectory, 'cache'), 2 ** 30);
    const shared = { hdfs, root, files, scratchDirectory, disk: localDisk, withDatabase };
    const engines = {
      duckdb: createDuckdbEngine({
        ...shared,
        parsePiece: createPieceParser(withDatabase),
        writeYellowFiles: createYellowWriter(withDatabase),
      }),
      spark: createSparkEngine({
        ...shared,
        fileSystem: () => readFileSystem({ urls: [url], user }, undefined),
        submit: createSparkSubmit(
          { home: spark.SPARK_HOME, master: 'local[2]', propertiesFile: SHORT_JOBS, user },
          {
            logFile: join(scratchDirectory, 'spark.log'),
            makeDirectory: () => mkdtemp(join(scratchDirectory, 'job-')),
          },
        ),
        report: (progress) => void told.push(progress),
      }),
    };
    const hours = [HOUR, AFTER];
    const sources = {
      chat: await listReadableTiles(hdfs, root, 'chat', hours),
      coverage: await listReadableTiles(hdfs, root, 'coverage', hours),
      polls: await listPolls(hdfs, root, HOUR),
      isOpen: false,
    };
    for (const engine of ENGINES) {
      const make = async (name: string, more: Partial<RedOfHour> = {}) => {
        const directory = await fenceOthers(hdfs, refinementsDirectory(root), `${HOUR}-${engine}${name}`);
        const red = { ...sources, ...more };
        return { directory, tables: await engines[engine](HOUR, red, directory, new AbortController().signal) };
      };
      made[engine] = await make('');
      withoutSome[engine] = (await make('-opt-out', { optOut: SOMEBODY, redHasOptOut: true })).tables;
    }
  });

  after(() => scratch.remove());

  async function writeRed(tiles: RedTiles): Promise<void> {
    const lines = [...goldenLines(), ...fuzzedLines('spark', FUZZED)];
    const at = (hour: string, minute: number) => `${hour}:${String(minute).padStart(2, '0')}:00.000Z`;
    const rows = lines.map((line, place) => ({
      line,
      appendedAt: at(HOUR, place % 60),
      receivedAt: place % 7 === 0 ? null : at(HOUR, place % 50),
      collector: place % 2 === 0 ? 'a' : 'b',
      key: String(place % 3),
    }));
    // Imported lines: of this hour, of another, and with a time that no log can have.
    const times = [at(HOUR, 5), '2019-05-01T07:00:00Z', '2005-01-01T00:00:00Z', '2004-12-31T23:59:59Z', at(AFTER, 40)];
    const imported = lines.slice(0, 400).map((line, place) => ({
      line,
      appendedAt: at(HOUR, 20),
      receivedAt: times[place % 5] ?? null,
      collector: 'import-1',
    }));
    await tiles.add('chat', imported);
    await tiles.add('chat', rows.slice(0, 100));
    await tiles.add('chat', [...rows.slice(100), ...rows.slice(0, 50)]);
    await tiles.add(
      'coverage',
      coverageLines(HOUR).map((line, place) => ({ line, appendedAt: at(HOUR, place % 60) })),
    );
    const streams = [
      {},
      { id: '42', user_login: '', user_name: '\u3000' },
      { id: '43', viewer_count: -1, started_at: 'never', tags: null },
      { id: '44', started_at: '2026-11-25T12:00:00+09:00', title: '', game_name: '' },
      { id: '44', viewer_count: 7 },
    ].map((fields) => externalStream(fields));
    const directory = await mkdtemp(join(scratch.path, 'poll-'));
    await writePoll(
      { hdfs, root, withDatabase: tiles.withDatabase, scratchDirectory: directory },
      streams,
      new Date(`${HOUR}:30:00.000Z`),
    );
    const late = `@id=late;tmi-sent-ts=${Date.parse(at(HOUR, 59))} PRIVMSG #late :late`;
    const told = { line: late, appendedAt: at(AFTER, 0), receivedAt: at(HOUR, 58), collector: 'import-2' };
    await tiles.add('chat', [{ line: late, appendedAt: at(AFTER, 0) }, told]);
  }

  /** The local copies of a table, as both engines made it. */
  function copies(table: YellowTable): Promise<string[]> {
    return Promise.all(
      ENGINES.map(async (engine) => {
        const local = join(scratch.path, `${engine}-${table}.parquet`);
        await hdfs.download(enginePath(made[engine].directory, table), local);
        return local;
      }),
    );
  }

  for (const table of YELLOW_TABLES) {
    it(`make the same table ${table}: columns, types, rows and digest`, async () => {
      const [duckdb = '', byspark = ''] = await copies(table);
      await red.withDatabase(async (connection) => {
        const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
        const columns = (file: string) => rows(`SELECT column_name, column_type FROM (DESCRIBE FROM '${file}')`);
        assert.deepEqual(await columns(byspark), await columns(duckdb));
        const missing = (from: string, other: string) => rows(`FROM '${from}' EXCEPT ALL FROM '${other}' LIMIT 3`);
        assert.deepEqual([await missing(duckdb, byspark), await missing(byspark, duckdb)], [[], []]);
        const expected = await measure(connection, duckdb);
        assert.ok(expected.rows > 0);
        assert.deepEqual(await measure(connection, byspark), expected);
        assert.deepEqual(made.spark.tables[table], expected);
      });
    });
  }

  it('make the same tables without the users who opted out', () => {
    assert.deepEqual(withoutSome.spark, withoutSome.duckdb);
    assert.ok((withoutSome.spark.chat?.rows ?? 0) > 0);
    assert.ok((withoutSome.spark.chat?.rows ?? 0) < (made.spark.tables.chat?.rows ?? 0));
  });

  it('leave nothing but the tables: no directory of the job, no _SUCCESS, no part names', async () => {
    assert.deepEqual(await hdfs.list(sparkDirectory(root)), []);
    const names = (await hdfs.list(made.spark.directory)).map(({ path }) => baseName(path));
    assert.deepEqual(names, YELLOW_TABLES.map((table) => `${table}.parquet`).sort());
  });

  it('write as many copies of each block as an upload does', async () => {
    const { url, user } = await realHdfs();
    const path = enginePath(made.spark.directory, 'chat');
    const answer = await fetch(`${url}/webhdfs/v1${path}?op=GETFILESTATUS&user.name=${user}`);
    const { FileStatus } = (await answer.json()) as { FileStatus: { replication: number } };
    assert.equal(FileStatus.replication, 1);
  });

  it('tell which table is written, by stages and tasks', () => {
    assert.ok(
      told.some((progress) => /^(starting|[a-z_]+)(: stage [\d and]+, \d+ of \d+ tasks)?$/.test(progress)),
      told.join('; '),
    );
  });
});
