import assert from 'node:assert/strict';
import { join } from 'node:path';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import { eraseRedHour } from '../../../activities/forget/erase-red.ts';
import type { HourErased } from '../../../activities/forget/erase-red.ts';
import { createRedactedFiles } from '../../../activities/forget/redacted-files.ts';
import type { RedactedFiles } from '../../../activities/forget/redacted-files.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { compactionsDirectory } from '../../../activities/red/epochs.ts';
import { listReadableTiles, listTiles } from '../../../activities/red/list-tiles.ts';
import { silentLog } from '../../../common/log.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { InterruptedHdfs } from '../load/interrupted-hdfs.ts';

const HOUR = '2026-11-25T12';
const USER = '40004';
const never = new AbortController().signal;

const by = (userId: string, login: string, text: string) => ({
  line: `@room-id=1;user-id=${userId} :${login}!${login}@x PRIVMSG #haneul :${text}`,
  appendedAt: `${HOUR}:30:00Z`,
});

describe('eraseRedHour(deps, hour, erasure, signal)', function () {
  this.timeout(120_000);
  let lake: TestLake;
  let learnt: string[];

  beforeEach(async () => {
    lake = await openTestLake('erasure');
    learnt = [];
    await lake.red.add('chat', [by(USER, 'skylark', 'hello'), by('5', 'wren', 'hi @skylark and lark')]);
    await lake.red.add('chat', [by('5', 'wren', 'nothing of them')]);
    await lake.red.add('chat', [by('6', 'tern', 'bye'), by(USER, 'lark', 'bye')]);
  });
  afterEach(() => lake.remove());

  const erase = (hdfs: Hdfs = lake.deps.hdfs, redactedFiles?: RedactedFiles): Promise<HourErased> =>
    eraseRedHour(
      {
        ...lake.deps,
        hdfs,
        redactedFiles: redactedFiles ?? createRedactedFiles(lake.deps.withDatabase),
        log: silentLog,
      },
      HOUR,
      {
        userId: USER,
        learn: (logins) => {
          learnt = logins;
          return Promise.resolve({ ids: new Set([USER]), logins: new Set(logins) });
        },
      },
      never,
    );
  const compact = (hdfs: Hdfs = lake.deps.hdfs) => compactRedHour({ ...lake.deps, hdfs, log: silentLog }, HOUR, never);

  /** Offset, partition and line of all rows, as readers find them. */
  async function rows(): Promise<unknown[][]> {
    const tiles = await listReadableTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR]);
    const files = tiles.map(({ path }) => `'${join(lake.directory, path)}'`);
    return lake.deps.withDatabase(async (connection) => {
      const read = await connection.runAndReadAll(
        `SELECT kafka_offset, line FROM read_parquet([${files.join()}], hive_partitioning = false) ORDER BY ALL`,
      );
      return read.getRowsJson();
    });
  }

  const ERASED = '@chatlake-erased=1;room-id=1 PRIVMSG #haneul';
  const wren = (text: string): string => `@room-id=1;user-id=5 :wren!wren@x PRIVMSG #haneul :${text}`;
  const expected = [
    ['0', ERASED],
    ['1', wren('hi @******* and ****')],
    ['2', wren('nothing of them')],
    ['3', '@room-id=1;user-id=6 :tern!tern@x PRIVMSG #haneul :bye'],
    ['4', ERASED],
  ];

  it('redacts what tells of the user under any of their logins, and keeps every row, offset and name', async () => {
    const before = await listTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR]);
    assert.deepEqual(await erase(), { tiles: 3, rewritten: 2, lines: 3 });
    assert.deepEqual(learnt, ['lark', 'skylark']);
    assert.deepEqual(await rows(), expected);
    const after = await listTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR]);
    assert.deepEqual(
      after.map(({ path }) => path),
      before.map(({ path }) => path),
    );
    assert.equal(after[1]?.modificationTimeMs, before[1]?.modificationTimeMs, 'a tile without traces is not touched');
    assert.deepEqual(await lake.deps.hdfs.list(compactionsDirectory(lake.root)), []);
  });

  it('changes nothing the second time, and makes no directory in an hour without red', async () => {
    await erase();
    assert.deepEqual(await erase(), { tiles: 3, rewritten: 0, lines: 0 });
    assert.deepEqual(learnt, []);
  });

  it('can be compacted before and after', async () => {
    await erase();
    await compact();
    assert.deepEqual(await rows(), expected);
    await lake.red.add('chat', [by(USER, 'lark', 'again')]);
    await compact();
    assert.equal((await erase()).lines, 1);
    assert.deepEqual((await rows()).slice(0, 5), expected);
    assert.equal((await listTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR])).length, 1);
  });

  it('removes the parts of a compaction that died, so that none keeps the lines', async () => {
    const dying = new InterruptedHdfs(lake.deps.hdfs, 1, 'dieAfter', 'rename');
    await assert.rejects(compact(dying.hdfs), /the process/);
    assert.ok((await listTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR])).length > 1, 'parts lie beside the union');
    await erase();
    assert.equal((await listTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR])).length, 1);
    assert.deepEqual(await rows(), expected);
  });

  it('replaces no tile by a copy that differs', async () => {
    const real = createRedactedFiles(lake.deps.withDatabase);
    const before = await rows();
    const wrong: RedactedFiles = {
      ...real,
      redact: (tile, file) =>
        lake.deps.withDatabase(async (connection) => {
          await connection.run(
            `COPY (SELECT * REPLACE ('x' AS line) FROM '${tile.local}') TO '${file}' (FORMAT parquet)`,
          );
        }),
    };
    await assert.rejects(erase(lake.deps.hdfs, wrong), /The tile was not changed/);
    assert.deepEqual(await rows(), before);
  });

  it('leaves each row readable once when it dies at any step, and the next run finishes', async () => {
    for (let [step, isReached] = [0, true]; isReached; step++) {
      await lake.remove();
      lake = await openTestLake('erasure');
      await lake.red.add('chat', [by(USER, 'lark', 'hello'), by('5', 'wren', 'hi')]);
      const dying = new InterruptedHdfs(lake.deps.hdfs, step, 'dieAfter');
      await erase(dying.hdfs).catch(() => {});
      isReached = dying.isDead;
      assert.deepEqual((await rows()).map(([offset]) => offset), ['0', '1']); // prettier-ignore
      await erase();
      assert.deepEqual(await rows(), [
        ['0', ERASED],
        ['1', wren('hi')],
      ]);
    }
  });

  it('does not put an older file back when it freezes at any step and a compaction and another erasure overtake it', async () => {
    for (let [step, isReached] = [0, true]; isReached; step += 2) {
      await lake.remove();
      lake = await openTestLake('erasure');
      await lake.red.add('chat', [by(USER, 'lark', 'hello')]);
      await lake.red.add('chat', [by('5', 'wren', 'hi')]);
      const frozen = new InterruptedHdfs(lake.deps.hdfs, step, 'freezeBefore');
      const first = erase(frozen.hdfs).catch(() => {});
      await Promise.race([first, frozen.frozen.promise]);
      isReached = frozen.calls > step;
      await compact();
      await erase();
      frozen.release();
      await first;
      assert.deepEqual(await rows(), [
        ['0', ERASED],
        ['1', wren('hi')],
      ]);
      assert.equal((await listTiles(lake.deps.hdfs, lake.root, 'chat', [HOUR])).length, 1);
    }
  });
});
