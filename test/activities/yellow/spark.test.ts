import assert from 'node:assert/strict';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { openCachedFiles } from '../../../activities/hdfs/cached-files.ts';
import { readFileSystem } from '../../../activities/hdfs/file-system.ts';
import { createSparkSubmit } from '../../../activities/spark/submit.ts';
import { createDuckdbEngine } from '../../../activities/yellow/duckdb-engine.ts';
import { createYellowWriter } from '../../../activities/yellow/files.ts';
import { YELLOW_TABLES, readManifest, tablePath } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { measure } from '../../../activities/yellow/measure.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { createSparkEngine, sparkDirectory } from '../../../activities/yellow/spark-engine.ts';
import { createTileHours } from '../../../activities/yellow/tile-hours.ts';
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
const ENGINES = ['duckdb', 'spark'] as const;

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
  const roots = { duckdb: '', spark: '' };
  const told: string[] = [];

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const { url, user } = await realHdfs();
    hdfs = createHdfs({ urls: [url], user, log: silentLog });
    scratch = await temporaryDirectory('spark');
    const scratchDirectory = scratch.path;
    const files = await openCachedFiles(hdfs, join(scratchDirectory, 'cache'), 2 ** 30);
    for (const engine of ENGINES) {
      const root = (roots[engine] = `/spark-test-${engine}-${process.pid}`);
      red = new RedTiles(scratchDirectory, hdfs, root);
      await writeRed(red, root);
      const shared = { hdfs, root, files, scratchDirectory, disk: localDisk, withDatabase: red.withDatabase };
      const engines = {
        duckdb: createDuckdbEngine({ ...shared, writeYellowFiles: createYellowWriter(red.withDatabase) }),
        spark: createSparkEngine({
          ...shared,
          fileSystem: () => readFileSystem([url], user, undefined),
          submit: createSparkSubmit(
            { home: spark.SPARK_HOME, master: 'local[2]', propertiesFile: undefined, user },
            {
              logFile: join(scratchDirectory, 'spark.log'),
              makeDirectory: () => mkdtemp(join(scratchDirectory, 'job-')),
            },
          ),
          report: (progress) => void told.push(progress),
        }),
      };
      const deps = { ...shared, engine: engines[engine], tileHours: createTileHours(red.withDatabase), now: () => 0 };
      // The tile of this hour has a late line of the hour before it, which Spark refines with tiles of both.
      await refineRedHour(deps, HOUR, true, new AbortController().signal);
    }
  });

  after(() => scratch.remove());

  async function writeRed(tiles: RedTiles, root: string): Promise<void> {
    const lines = [...goldenLines(), ...fuzzedLines('spark', FUZZED)];
    const at = (hour: string, minute: number) => `${hour}:${String(minute).padStart(2, '0')}:00.000Z`;
    const rows = lines.map((line, place) => ({
      line,
      appendedAt: at(HOUR, place % 60),
      receivedAt: place % 7 === 0 ? null : at(HOUR, place % 50),
      collector: place % 2 === 0 ? 'a' : 'b',
      key: String(place % 3),
    }));
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
    await mkdir(directory, { recursive: true });
    await writePoll(
      { hdfs, root, withDatabase: tiles.withDatabase, scratchDirectory: directory },
      streams,
      new Date(`${HOUR}:30:00.000Z`),
    );
    await tiles.add('chat', [{ line: 'PRIVMSG #later :other hour', appendedAt: at(AFTER, 0) }]);
  }

  /** The local copies of a table by both engines; undefined if it has no rows. */
  async function copies(table: YellowTable): Promise<string[]> {
    return Promise.all(
      ENGINES.map(async (engine) => {
        const local = join(scratch.path, `${engine}-${table}.parquet`);
        await hdfs.download(tablePath(roots[engine], table, HOUR), local);
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
        const manifest = await readManifest(hdfs, roots.spark, HOUR);
        assert.deepEqual(manifest?.tables[table], expected);
      });
    });
  }

  it('leave nothing but the tables: no job directory, no _SUCCESS, no part names', async () => {
    assert.deepEqual(await hdfs.list(sparkDirectory(roots.spark)), []);
    const names = (await hdfs.list(`${roots.spark}/yellow/chat/hour=${HOUR}`)).map(({ path }) =>
      path.split('/').at(-1),
    );
    assert.deepEqual(names, ['part.parquet']);
  });

  it('tell which table is written, by stages and tasks', () => {
    assert.ok(
      told.some((progress) => /^(starting|[a-z_]+)(: stage [\d and]+, \d+ of \d+ tasks)?$/.test(progress)),
      told.join('; '),
    );
  });
});
