import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isHdfsError } from '../../../activities/hdfs/error.ts';
import { baseName } from '../../../activities/hdfs/paths.ts';
import type { RedOfHour } from '../../../activities/yellow/engine.ts';
import type { SubmitJob } from '../../../activities/spark/submit.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { createSparkEngine, sparkDirectory } from '../../../activities/yellow/spark-engine.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

const HOUR = '2026-11-25T12';
const URL = 'hdfs://name:8020';
const tile = (hour: string, from: number) => ({
  ...{ partition: 0, hour, from: BigInt(from), to: BigInt(from + 1), length: 1, modificationTimeMs: 0 },
  path: `/lake/red/chat/hour=${hour}/p0-${from}-${from + 1}.parquet`,
});

describe('createSparkEngine(deps)', () => {
  let lake: TestLake;
  let epochDirectory: string;
  const rows: Partial<Record<YellowTable, number>> = { chat: 2, tallies: 1 };
  const never = new AbortController().signal;

  beforeEach(async () => {
    lake = await openTestLake('spark-engine');
    epochDirectory = `${lake.root}/yellow/.refinements/${HOUR}-1`;
    await lake.deps.hdfs.mkdirs(epochDirectory);
  });

  afterEach(() => lake.remove());

  /** Does what a job does: writes a file for each table to a directory, with a name of its own choice. */
  const write: SubmitJob = async ({ steps }) => {
    for (const step of steps) {
      if (!('write' in step)) continue;
      const directory = join(lake.directory, step.directory.slice(URL.length));
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, '_SUCCESS'), '');
      const count = rows[step.write as YellowTable] ?? 0;
      await lake.deps.withDatabase(async (connection) => {
        const file = join(directory, 'part-00000-c000.zstd.parquet');
        await connection.run(`COPY (FROM range(${count}) AS t(n)) TO '${file}' (FORMAT parquet)`);
      });
    }
  };

  const refine = (submit: SubmitJob, signal = never, more: Partial<RedOfHour> = {}) =>
    createSparkEngine({
      ...lake.deps,
      fileSystem: async () => ({ url: URL, replication: 3 }),
      submit,
      report: () => {},
    })(
      HOUR,
      { chat: [tile(HOUR, 0), tile('2026-11-25T13', 1)], coverage: [], polls: [], isOpen: false, ...more },
      epochDirectory,
      signal,
    );

  const left = async (directory: string) => (await lake.deps.hdfs.list(directory)).map(({ path }) => baseName(path));

  it('leaves the tables with rows in the directory of the refinement, and nothing else anywhere', async () => {
    const tables = await refine(write);
    assert.deepEqual(await left(epochDirectory), ['chat.parquet', 'tallies.parquet']);
    assert.deepEqual(await left(sparkDirectory(lake.root)), []);
    for (const table of YELLOW_TABLES) assert.equal(tables[table]?.rows, rows[table] ?? 0);
  });

  it('gives Spark redacted copies of the tiles with lines of users who opted out', async () => {
    const line = (user: number) => ({
      line: `@user-id=${user} :u!u@u PRIVMSG #haneul :x`,
      appendedAt: `${HOUR}:00:00.000Z`,
    });
    const paths = [await lake.red.add('chat', [line(1), line(2)]), await lake.red.add('chat', [line(2)])];
    const [first, second] = paths.map((path, place) => ({ ...tile(HOUR, place), path }));
    assert.ok(first && second);
    const people = { ids: new Set(['1']), logins: new Set<string>() };
    let read: string[] = [];
    const job: SubmitJob = async (given, ...more) => {
      read = given.steps.flatMap((step) => ('read' in step && step.read === 'own_chat' ? step.files : []));
      const lines = await lake.deps.withDatabase((connection) =>
        connection.runAndReadAll(`SELECT line FROM '${join(lake.directory, read[0]?.slice(URL.length) ?? '')}'`),
      );
      assert.deepEqual(
        lines
          .getRows()
          .flat()
          .map((it) => String(it).includes('user-id=1 ')),
        [false, false],
      );
      await write(given, ...more);
    };
    await refine(job, never, { chat: [first, second], redHasOptOut: true, optOut: people });
    assert.match(read[0] ?? '', /\/yellow\/\.spark\/2026-11-25T12-[^/]+\/red-0\.parquet$/);
    assert.equal(read[1], `${URL}${second.path}`);
    assert.deepEqual(await left(sparkDirectory(lake.root)), []);
    assert.deepEqual(
      (await readdir(lake.deps.scratchDirectory)).filter((name) => name.startsWith('redacted')),
      [],
    );
  });

  it('tells Spark which tiles are of this append hour, and how many copies of a block to write', async () => {
    await refine(async (job, ...more) => {
      const files = (view: string) =>
        job.steps.flatMap((step) => ('read' in step && step.read === view ? step.files : []));
      assert.deepEqual(files('own_chat'), [`${URL}${tile(HOUR, 0).path}`]);
      assert.deepEqual(files('other_chat'), [`${URL}${tile('2026-11-25T13', 1).path}`]);
      assert.deepEqual(job.properties, { 'spark.hadoop.dfs.replication': '3' });
      await write(job, ...more);
    });
  });

  it('leaves nothing if another refinement of the hour has removed its directory meanwhile', async () => {
    const replaced: SubmitJob = async (...job) => {
      await lake.deps.hdfs.remove(epochDirectory, { recursive: true });
      await write(...job);
    };
    await assert.rejects(refine(replaced), (error) => isHdfsError(error, 'fenced'));
    assert.equal(await lake.deps.hdfs.status(epochDirectory), undefined);
  });

  it('removes what a killed job of the hour has left, and nothing of another hour', async () => {
    const killed = async () => {
      throw new Error('killed');
    };
    await lake.deps.hdfs.mkdirs(`${sparkDirectory(lake.root)}/2026-11-25T11-1`);
    await assert.rejects(
      refine(async (...job) => {
        await write(...job);
        await killed();
      }),
      /killed/,
    );
    assert.equal((await left(sparkDirectory(lake.root))).length, 2);
    await refine(write);
    assert.deepEqual(await left(sparkDirectory(lake.root)), ['2026-11-25T11-1']);
  });

  it('refuses a table that Spark wrote to two files', async () => {
    const twice: SubmitJob = async (...job) => {
      await write(...job);
      const [directory = ''] = await left(sparkDirectory(lake.root));
      await writeFile(join(lake.directory, sparkDirectory(lake.root), directory, 'chat', 'part-00001.parquet'), '');
    };
    await assert.rejects(refine(twice), /Expected Spark to write one file of chat .*, found .*part-00000.*part-00001/);
  });

  it('refuses a file that is not whole', async () => {
    const torn: SubmitJob = async (...job) => {
      await write(...job);
      const [directory = ''] = await left(sparkDirectory(lake.root));
      const file = join(lake.directory, sparkDirectory(lake.root), directory, 'chat', 'part-00000-c000.zstd.parquet');
      await writeFile(file, 'PAR1');
    };
    await assert.rejects(refine(torn), /parquet/i);
    assert.deepEqual(await left(epochDirectory), []);
  });

  it('stops between two tables when it is cancelled', async () => {
    const cancel = new AbortController();
    const cancelled: SubmitJob = async (...job) => {
      await write(...job);
      cancel.abort(new Error('cancelled'));
    };
    await assert.rejects(refine(cancelled, cancel.signal), /cancelled/);
    assert.deepEqual(await left(epochDirectory), []);
  });
});
