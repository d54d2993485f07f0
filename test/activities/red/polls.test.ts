import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { literal } from '../../../activities/duckdb/literal.ts';
import { createPollWriter, listPolls } from '../../../activities/red/polls.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

describe('createPollWriter(deps) and listPolls(hdfs, root, hour)', function () {
  this.timeout(60_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'polls-test-'));
  });

  after(() => rm(directory, { recursive: true }));

  it('keep what Helix sent, whatever stands in it and in the scratch directory’s path', async () => {
    const scratchDirectory = join(directory, "it's $& and $' and $streams");
    await mkdir(scratchDirectory);
    const hdfs = new MemoryHdfs();
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: directory });
    const writePoll = createPollWriter({ hdfs, root: '/r', withDatabase, scratchDirectory });
    const title = "it's $& 안녕";
    const path = await writePoll([{ id: '1', title, viewer_count: 5, new_field: true }], new Date(1_764_079_387_123));
    assert.equal(path, '/r/red/streams/date=2025-11-25/poll-2025-11-25T14-03-07-123Z.parquet');
    assert.deepEqual(await readdir(scratchDirectory), [], 'no local file is left');

    const local = join(directory, 'poll.parquet');
    await hdfs.download(path, local);
    const rows = await withDatabase(async (connection) => {
      const found = await connection.runAndReadAll(
        `SELECT epoch_ms(polled_at)::VARCHAR, title, viewer_count::INTEGER, raw ->> 'new_field' FROM ${literal(local)}`,
      );
      return found.getRows();
    });
    assert.deepEqual(rows, [['1764079387123', title, 5, 'true']]);
    assert.deepEqual(
      (await listPolls(hdfs, '/r', '2025-11-25T14')).map((file) => file.path),
      [path],
    );
    assert.deepEqual(await listPolls(hdfs, '/r', '2025-11-25T15'), []);
  });
});
