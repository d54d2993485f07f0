import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { createRetainActivities } from '../../../activities/retain/index.ts';
import type { DaysUnited } from '../../../activities/retain/unite-day.ts';
import { daysDirectory, readDayManifest } from '../../../activities/yellow/day-manifest.ts';
import { YELLOW_TABLES, readManifest } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { fillSmallLake, SMALL_LAKE_HOURS } from '../../integration/small-lake.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

const DAY = '2026-11-25';
const HOURS = SMALL_LAKE_HOURS.slice(0, 2);

describe('uniteOldDays()', function () {
  this.timeout(120_000);
  let lake: TestLake;

  async function open(): Promise<void> {
    lake = await openTestLake('unite');
    await fillSmallLake(lake.deps.hdfs, lake.root, lake.directory);
  }
  beforeEach(open);
  afterEach(() => lake.remove());

  const retain = (hdfs: Hdfs, at = '2026-11-27T12:30:00Z') =>
    createRetainActivities({ ...lake.deps, hdfs, keepDays: 1, now: () => Date.parse(at), log: silentLog });
  const removeRed = (at?: string) => activityEnvironment().run(() => retain(lake.deps.hdfs, at).removeOldRed());
  const unite = (hdfs: Hdfs = lake.deps.hdfs, at?: string) =>
    activityEnvironment().run((): Promise<DaysUnited> => retain(hdfs, at).uniteOldDays());
  const readDay = () => readDayManifest(lake.deps.hdfs, lake.root, DAY);

  /** The files of a table, as every reader by a glob sees them. */
  async function filesOf(table: YellowTable): Promise<string[]> {
    const directories = await lake.deps.hdfs.list(`${lake.root}/yellow/${table}`);
    const files = await Promise.all(directories.map(async ({ path }) => lake.deps.hdfs.list(path)));
    return files.flat().map(({ path }) => path);
  }

  /** Rows, types and digest of a table, read by a glob. */
  async function contentOf(table: YellowTable): Promise<unknown> {
    const files = `read_parquet('${join(lake.directory, lake.root)}/yellow/${table}/hour=*/*.parquet', union_by_name = true, hive_partitioning = false)`;
    if ((await filesOf(table)).length === 0) return undefined;
    return lake.deps.withDatabase(async (connection) => {
      const read = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
      return [
        await read(`DESCRIBE FROM ${files}`),
        await read(`SELECT count(*), sum(hash(*COLUMNS(*))::HUGEINT)::VARCHAR FROM ${files}`),
        await read(`FROM ${files} ORDER BY ALL`),
      ];
    });
  }
  const lakeContent = async () =>
    Object.fromEntries(await Promise.all(YELLOW_TABLES.map(async (table) => [table, await contentOf(table)] as const)));

  it('makes one file of each table of a day whose red is gone, with the same rows, types and digest', async () => {
    const before = await lakeContent();
    const versions = await Promise.all(
      HOURS.map(async (hour) => (await readManifest(lake.deps.hdfs, lake.root, hour))?.tables),
    );
    await removeRed();
    assert.deepEqual(await unite(), { days: 1, hours: 2 });
    const manifest = await readDay();
    assert.deepEqual(
      manifest?.hours.map(({ hour, rows }) => [hour, rows.chat, rows.streams]),
      [[HOURS[0], 6, 2], [HOURS[1], 2, 1]], // prettier-ignore
    );
    for (const table of YELLOW_TABLES) {
      const digest = versions.reduce((sum, tables) => sum + BigInt(tables?.[table]?.digest ?? 0), 0n);
      assert.equal(manifest?.tables[table]?.digest ?? '0', String(digest), table);
    }
    const united = await filesOf('chat');
    assert.match(united[0] ?? '', /\/yellow\/chat\/hour=2026-11-25\/part-[0-9a-f-]{36}\.parquet$/);
    assert.deepEqual(united.slice(1), [`${lake.root}/yellow/chat/hour=${SMALL_LAKE_HOURS[2]}/part.parquet`]);
    assert.deepEqual(await lakeContent(), before);
    assert.deepEqual(await unite(), { days: 0, hours: 0 }, 'a second run has nothing to do');
    assert.deepEqual(await filesOf('chat'), united);
  });

  it('keeps the rows in the order of the hours, sorted as in their files', async () => {
    const ids = async (files: string[]) =>
      lake.deps.withDatabase(async (connection) => {
        const list = files.map((file) => `'${join(lake.directory, file)}'`).join(', ');
        return (await connection.runAndReadAll(`SELECT message_id FROM read_parquet([${list}])`)).getRowsJson();
      });
    const before = await ids((await filesOf('chat')).slice(0, 2));
    await removeRed();
    await unite();
    assert.deepEqual(await ids((await filesOf('chat')).slice(0, 1)), before);
  });

  it('unites no day with an hour that can still be made again', async () => {
    assert.deepEqual(await unite(), { days: 0, hours: 0 }, 'red is there');
    await removeRed('2026-11-26T13:30:00Z');
    assert.deepEqual(await unite(), { days: 0, hours: 0 }, 'red of one hour is there');
    assert.equal(await readDay(), undefined);
  });

  it('waits for polls, also in an hour without any line', async () => {
    await writePoll(lake.deps, [externalStream({ id: 's9', user_id: '7001' })], new Date(`${DAY}T20:00:00Z`));
    await refineRedHour(lake.deps, `${DAY}T20`, true, new AbortController().signal);
    for (const table of ['chat', 'coverage'])
      for (const hour of HOURS)
        await lake.deps.hdfs.remove(`${lake.root}/red/${table}/hour=${hour}`, { recursive: true });
    assert.deepEqual(await unite(), { days: 0, hours: 0 });
    await lake.deps.hdfs.remove(`${lake.root}/red/streams`, { recursive: true });
    assert.deepEqual(await unite(), { days: 1, hours: 3 });
  });

  it('never makes a united hour again, also if its red is put back', async () => {
    await removeRed();
    await unite();
    const before = await lakeContent();
    await lake.red.add('chat', [{ line: 'PING', appendedAt: `${HOURS[0]}:30:00Z` }]);
    const { kept } = await refineRedHour(lake.deps, HOURS[0] ?? '', true, new AbortController().signal);
    assert.deepEqual(kept, [HOURS[0]]);
    await lake.deps.hdfs.remove(`${lake.root}/yellow/manifests/${HOURS[0]}.json`);
    assert.deepEqual((await refineRedHour(lake.deps, HOURS[0] ?? '', true, new AbortController().signal)).kept, [
      HOURS[0],
    ]);
    assert.deepEqual(await lakeContent(), before);
  });

  it('lets an hour that yellow never had lie beside its day, and unites it when its red is gone', async () => {
    await removeRed();
    await unite();
    const line = '@id=new;room-id=7001;user-id=9 :lark!lark@lark PRIVMSG #haneul :imported';
    const hour = `${DAY}T03`;
    const path = await lake.red.add('chat', [{ line, appendedAt: `${hour}:30:00Z` }]);
    assert.deepEqual((await refineRedHour(lake.deps, hour, true, new AbortController().signal)).hours, [hour]);
    const before = await lakeContent();
    assert.equal((await filesOf('chat')).length, 3);
    assert.deepEqual(await unite(), { days: 0, hours: 0 }, 'its red is there');
    await lake.deps.hdfs.remove(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    assert.deepEqual(await unite(), { days: 1, hours: 1 });
    assert.equal((await filesOf('chat')).length, 2);
    assert.deepEqual((await readDay())?.hours.map((it) => it.hour), [...HOURS, hour]); // prettier-ignore
    assert.deepEqual(await lakeContent(), before);
  });

  it('lets a run that was replaced remove no file of its successor', async function () {
    // Without the fence it would wait for ever.
    this.timeout(30_000);
    const before = await lakeContent();
    const first = new InterruptedHdfs(lake.deps.hdfs, 6, 'freezeBefore', 'mkdirs');
    const waiting = unite(first.hdfs);
    await first.frozen.promise;
    await removeRed();
    const second = new InterruptedHdfs(lake.deps.hdfs, 11, 'freezeBefore', 'replace');
    const uniting = unite(second.hdfs);
    await second.frozen.promise;
    assert.equal((await filesOf('chat')).length, 4, 'the file of the day is placed, and its manifest is not');
    first.release();
    await assert.rejects(waiting, /Another run on 2026-11-25 of yellow interfered/);
    second.release();
    assert.deepEqual(await uniting, { days: 1, hours: 2 });
    assert.deepEqual(await lakeContent(), before);
  });

  it('changes nothing if the union differs from its hours', async () => {
    await removeRed();
    const before = await lakeContent();
    const { dayTables } = lake.deps;
    lake.deps.dayTables = { ...dayTables, unite: (table, files, file) => dayTables.unite(table, files.slice(1), file) };
    await assert.rejects(
      unite(),
      /Expected the united file of chat of 2026-11-25 to have exactly the rows of its hours; 2026-11-25T12 differs/,
    );
    assert.deepEqual(await lakeContent(), before);
    assert.equal(await readDay(), undefined);
  });

  /** test/simulation does this at every step. */
  it('finishes what it began when it dies at any step', async () => {
    await removeRed();
    const before = await lakeContent();
    for (let [step, isReached] = [0, true]; isReached; step += 23) {
      await lake.remove();
      await open();
      await removeRed();
      const dying = new InterruptedHdfs(lake.deps.hdfs, step, 'dieAfter');
      await unite(dying.hdfs).catch(() => {});
      isReached = dying.isDead;
      await unite();
      assert.deepEqual(await lakeContent(), before, `after step ${step}`);
      assert.equal((await filesOf('chat')).length, 2);
      assert.deepEqual(await lake.deps.hdfs.list(`${lake.root}/yellow/.days`), []);
      assert.equal((await lake.deps.hdfs.list(daysDirectory(lake.root))).length, 1);
    }
  });
});
