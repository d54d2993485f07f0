import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';

describe('createDatabases(options)', function () {
  this.timeout(60_000);
  let scratchDirectory: string;

  before(async () => {
    scratchDirectory = await mkdtemp(join(tmpdir(), 'duckdb-test-'));
  });

  after(() => rm(scratchDirectory, { recursive: true }));

  const create = () =>
    createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: join(scratchDirectory, 'new') });

  it('uses UTC, limits memory and threads, and downloads no extension', async () => {
    const rows = await create()(async (connection) => {
      const found = await connection.runAndReadAll(
        "SELECT current_setting('TimeZone'), current_setting('memory_limit'), current_setting('threads')::INTEGER, " +
          "current_setting('autoinstall_known_extensions'), make_timestamptz(0)::VARCHAR",
      );
      return found.getRows();
    });
    assert.deepEqual(rows, [['UTC', '128.0 MiB', 1, false, '1970-01-01 00:00:00+00']]);
  });

  it('runs each work in a database of its own', async () => {
    const withDatabase = create();
    await withDatabase((connection) => connection.run('CREATE TABLE t (a INTEGER)'));
    await assert.rejects(
      withDatabase((connection) => connection.run('SELECT * FROM t')),
      /does not exist/,
    );
  });

  it('returns and throws what the work returns and throws', async () => {
    assert.equal(await create()(() => Promise.resolve(7)), 7);
    await assert.rejects(
      create()(() => Promise.reject(new Error('of the work'))),
      /of the work/,
    );
  });
});
