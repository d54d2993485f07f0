import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { eraseYellowHour } from '../../../activities/forget/erase-yellow.ts';
import { createYellowRedaction } from '../../../activities/forget/redact-yellow.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { createRetainActivities } from '../../../activities/retain/index.ts';
import { readDayManifest, removalOf } from '../../../activities/yellow/day-manifest.ts';
import { findFiles, readingHours } from '../../../activities/yellow/find-files.ts';
import { TABLES_OF_PEOPLE, YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { fillSmallLake, SMALL_LAKE_HOURS } from '../../integration/small-lake.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

const DAY = '2026-11-25';
const HOURS = SMALL_LAKE_HOURS.slice(0, 2);
const OTHERS = YELLOW_TABLES.filter((table) => !TABLES_OF_PEOPLE.some((it) => it === table));
/** The day is more than two days old. */
const NOW = '2026-11-28T12:30:00Z';
const never = new AbortController().signal;

describe('findOldYellow() and removeOldYellow({ days })', function () {
  this.timeout(120_000);
  let lake: TestLake;
  let dropped: number;

  async function open(): Promise<void> {
    lake = await openTestLake('remove-yellow');
    await fillSmallLake(lake.deps.hdfs, lake.root, lake.directory);
    dropped = 0;
  }
  beforeEach(open);
  afterEach(() => lake.remove());

  const activities = (hdfs: Hdfs = lake.deps.hdfs, yellowKeepDays: number | undefined = 2, at = NOW) =>
    createRetainActivities({
      ...lake.deps,
      hdfs,
      keepDays: 1,
      yellowKeepDays,
      dropOtherCopies: async () => void dropped++,
      now: () => Date.parse(at),
      log: silentLog,
    });
  const run = <T>(work: () => Promise<T>): Promise<T> => activityEnvironment().run(work);
  const unite = (hdfs?: Hdfs) => run(() => activities(hdfs).uniteOldDays());
  async function makeOld(): Promise<void> {
    await run(() => activities().removeOldRed());
    await unite();
  }
  const find = (keepDays?: number, at?: string) => run(() => activities(undefined, keepDays, at).findOldYellow());
  const remove = (hdfs?: Hdfs, days = [DAY]) => run(() => activities(hdfs).removeOldYellow({ days }));
  const refine = (hour: string) => refineRedHour(lake.deps, hour, true, never);

  /** The files of a table of the day, as a reader by a glob sees them. */
  async function filesOf(table: YellowTable): Promise<string[]> {
    const all = await lake.deps.hdfs.list(`${lake.root}/yellow/${table}`);
    const directories = all.filter(({ path }) => path.includes(`hour=${DAY}`));
    const files = await Promise.all(
      directories.map(async ({ path }) => [path, ...(await lake.deps.hdfs.list(path)).map((file) => file.path)]),
    );
    return files.flat();
  }
  /** The rows of a table of the day, as a reader that asks the manifest sees them. */
  async function rowsOf(table: YellowTable, hours: readonly string[] = HOURS): Promise<unknown[]> {
    return readingHours(lake.deps, hours, async (days) => {
      const files = await findFiles(lake.deps, table, hours, days);
      if (files.length === 0) return [];
      const list = files.map(({ file }) => `'${join(lake.directory, file.path)}'`).join(', ');
      return lake.deps.withDatabase(
        async (connection) =>
        (await connection.runAndReadAll(`FROM read_parquet([${list}], union_by_name = true, hive_partitioning = false) ORDER BY ALL`)).getRowsJson(), // prettier-ignore
      );
    });
  }
  const rowsOfAll = async (tables: readonly YellowTable[]) =>
    Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await rowsOf(table)] as const)));

  it('removes what people wrote on an old day, and keeps the other tables and the manifests', async () => {
    await makeOld();
    const before = await rowsOfAll(OTHERS);
    const manifests = await lake.deps.hdfs.list(`${lake.root}/yellow/manifests`);
    assert.deepEqual(await find(), { days: [DAY], waiting: null });
    assert.deepEqual(await remove(), { days: 1 });
    for (const table of TABLES_OF_PEOPLE) assert.deepEqual(await filesOf(table), [], table);
    assert.deepEqual(await rowsOfAll(OTHERS), before);
    assert.equal((await rowsOf('chat', SMALL_LAKE_HOURS)).length, 1, 'the young day stays');
    assert.deepEqual(await lake.deps.hdfs.list(`${lake.root}/yellow/manifests`), manifests);
    const day = await readDayManifest(lake.deps.hdfs, lake.root, DAY);
    assert.deepEqual(day?.hours.map(({ hour, removed }) => [hour, removed?.afterDays]), HOURS.map((hour) => [hour, 2])); // prettier-ignore
    assert.deepEqual(day && removalOf(day), { at: new Date(NOW).toISOString(), afterDays: 2 });
    assert.deepEqual(await find(), { days: [], waiting: null }, 'a second run has nothing to do');
    assert.deepEqual(await remove(), { days: 0 }, 'and changes nothing');
    assert.deepEqual(await readDayManifest(lake.deps.hdfs, lake.root, DAY), day);
  });

  it('keeps yellow for ever without a setting, and days that are young enough', async () => {
    await makeOld();
    const { findOldYellow, removeOldYellow } = createRetainActivities({
      ...lake.deps,
      keepDays: 1,
      now: () => Date.parse(NOW),
      log: silentLog,
    });
    assert.deepEqual(await run(() => findOldYellow()), { days: [], waiting: null });
    assert.deepEqual(await run(() => removeOldYellow({ days: [DAY] })), { days: 0 });
    assert.deepEqual(await find(3), { days: [], waiting: null });
    assert.deepEqual(await find(2, '2026-11-27T23:59:00Z'), { days: [], waiting: null });
    assert.equal((await rowsOf('chat')).length, 8);
  });

  it('removes nothing of a day whose red is there, and tells that it waits', async () => {
    assert.deepEqual(await find(), { days: [], waiting: DAY });
    assert.deepEqual(await remove(), { days: 0 });
    assert.equal((await rowsOf('chat')).length, 8);
  });

  it('waits for an hour that appeared later, and removes it when it has joined its day', async () => {
    await makeOld();
    await remove();
    const hour = `${DAY}T03`;
    const line = '@id=new;room-id=7001;user-id=9 :lark!lark@lark PRIVMSG #haneul :imported';
    const path = await lake.red.add('chat', [{ line, appendedAt: `${hour}:30:00Z` }]);
    assert.deepEqual((await refine(hour)).hours, [hour]);
    assert.deepEqual(await find(), { days: [], waiting: DAY });
    assert.deepEqual(await remove(), { days: 0 });
    assert.equal((await rowsOf('chat', [hour])).length, 1);
    await lake.deps.hdfs.remove(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    await unite();
    assert.equal((await rowsOf('chat', [...HOURS, hour])).length, 1);
    assert.deepEqual(await find(), { days: [DAY], waiting: null });
    assert.deepEqual(await remove(), { days: 1 });
    assert.deepEqual(await rowsOf('chat', [...HOURS, hour]), []);
  });

  it('takes nothing from a union that is under way', async () => {
    await makeOld();
    const hour = `${DAY}T03`;
    const line = '@id=new;room-id=7001;user-id=9 :lark!lark@lark PRIVMSG #haneul :imported';
    const path = await lake.red.add('chat', [{ line, appendedAt: `${hour}:30:00Z` }]);
    await refine(hour);
    await lake.deps.hdfs.remove(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    const frozen = new InterruptedHdfs(lake.deps.hdfs, 2, 'freezeBefore', 'replace');
    const uniting = unite(frozen.hdfs);
    await frozen.frozen.promise;
    assert.deepEqual(await remove(), { days: 0 });
    frozen.release();
    await assert.rejects(uniting, /Another run on 2026-11-25 of yellow interfered/);
    assert.equal((await rowsOf('chat', [...HOURS, hour])).length, 9);
    await unite();
    assert.equal((await rowsOf('chat', [...HOURS, hour])).length, 9);
  });

  it('never makes an hour again, also of a late line or if its red is put back', async () => {
    await makeOld();
    await remove();
    const [hour = ''] = HOURS;
    const line = `@id=late;room-id=7001;tmi-sent-ts=${Date.parse(`${hour}:10:00Z`)};user-id=9 :lark!lark@lark PRIVMSG #haneul :late`;
    await lake.red.add('chat', [{ line, appendedAt: '2026-11-28T10:00:00Z' }]);
    assert.deepEqual((await refine('2026-11-28T10')).kept, [hour]);
    await lake.red.add('chat', [{ line: 'PING', appendedAt: `${hour}:30:00Z` }]);
    assert.deepEqual((await refine(hour)).kept, [hour]);
    for (const table of TABLES_OF_PEOPLE) assert.deepEqual(await filesOf(table), [], table);
  });

  it('leaves the counts of the day as they are when a user is forgotten afterwards', async () => {
    await makeOld();
    await remove();
    const before = await rowsOfAll(OTHERS);
    const deps = {
      ...lake.deps,
      redactYellow: createYellowRedaction(lake.deps.withDatabase),
      readOptOut: () =>
        Promise.resolve({ entries: [{ userId: '1', login: 'lark', since: NOW, forgotten: true }], damaged: 0 }),
    };
    assert.equal(await eraseYellowHour(deps, HOURS[0] ?? '', never), 'redacted');
    assert.deepEqual(await rowsOfAll(OTHERS), before);
    assert.deepEqual(await rowsOf('chat'), []);
    assert.deepEqual(await find(), { days: [], waiting: null });
  });

  it('removes the copies of the refiner and of commands', async () => {
    await makeOld();
    const [file] = await lake.deps.hdfs.list(`${lake.root}/yellow/chat/hour=${DAY}`);
    assert.ok(file);
    await lake.deps.files.fetch(file);
    await remove();
    assert.deepEqual(await readdir(join(lake.directory, 'cache')), []);
    assert.equal(dropped, 1);
  });

  it('goes on with other days if the manifest of one is damaged', async () => {
    await makeOld();
    const path = `${lake.root}/yellow/days/2026-11-20.json`;
    await lake.deps.hdfs.writeText(path, '{', { createParent: true });
    assert.deepEqual(await find(), { days: [DAY], waiting: '2026-11-20' });
  });

  it('removes files that do not count, which runs that fenced each other have left', async () => {
    await makeOld();
    await remove();
    const left = `${lake.root}/yellow/chat/hour=${DAY}/part-left.parquet`;
    await lake.deps.hdfs.writeText(left, 'left', { createParent: true });
    assert.deepEqual(await find(), { days: [DAY], waiting: null });
    assert.deepEqual(await remove(), { days: 0 });
    assert.deepEqual(await filesOf('chat'), []);
    assert.deepEqual(await find(), { days: [], waiting: null });
  });

  it('lets a reader that is under way read again', async () => {
    await makeOld();
    let runs = 0;
    const found = await readingHours(lake.deps, HOURS, async (days) => {
      const files = await findFiles(lake.deps, 'chat', HOURS, days);
      if (++runs === 1) await remove();
      return files;
    });
    assert.deepEqual([runs, found], [2, []]);
  });

  /** test/simulation does this at every step. */
  it('shows all of a day or nothing when it dies at any step, and then goes on', async () => {
    await makeOld();
    const all = { chat: 8, events: 2, moderation: 2 };
    const counts = async () =>
      Object.fromEntries(
        await Promise.all(
          (['chat', 'events', 'moderation'] as const).map(async (table) => [table, (await rowsOf(table)).length]),
        ),
      ) as typeof all;
    assert.deepEqual(await counts(), all);
    for (let [step, isReached] = [0, true]; isReached; step += 11) {
      await lake.remove();
      await open();
      await makeOld();
      const others = await rowsOfAll(OTHERS);
      const dying = new InterruptedHdfs(lake.deps.hdfs, step, 'dieAfter');
      await remove(dying.hdfs).catch(() => {});
      isReached = dying.isDead;
      const seen = await counts();
      assert.ok([JSON.stringify(all), '{"chat":0,"events":0,"moderation":0}'].includes(JSON.stringify(seen)), `after step ${step}`); // prettier-ignore
      await remove();
      for (const table of TABLES_OF_PEOPLE) assert.deepEqual(await filesOf(table), [], `after step ${step}`);
      assert.deepEqual(await rowsOfAll(OTHERS), others, `after step ${step}`);
      assert.deepEqual(await lake.deps.hdfs.list(`${lake.root}/yellow/.days`), []);
    }
  });
});
