import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { literal } from '../../../activities/duckdb/literal.ts';
import { listPolls } from '../../../activities/red/polls.ts';
import { createPollFiles } from '../../../activities/twitch/poll-file.ts';
import { toPollRow } from '../../../activities/twitch/poll-row.ts';
import type { StreamExternal } from '../../../activities/twitch/stream.external.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';
import { externalStream } from './external-stream.ts';

const polledAt = new Date(1_764_079_387_123);

describe('createPollFiles(deps)', function () {
  this.timeout(60_000);
  let directory: string;
  let hdfs: MemoryHdfs;
  let deps: Parameters<typeof createPollFiles>[0];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'polls-test-'));
  });
  after(() => rm(directory, { recursive: true }));

  beforeEach(async () => {
    const scratchDirectory = join(directory, "it's $& and $' and $streams");
    await mkdir(scratchDirectory, { recursive: true });
    hdfs = new MemoryHdfs();
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: directory });
    deps = { hdfs, root: '/r', withDatabase, scratchDirectory };
  });

  afterEach(async () => assert.deepEqual(await readdir(deps.scratchDirectory), [], 'no local file is left'));

  async function rowsOf(streams: StreamExternal[], columns: string): Promise<unknown[][]> {
    const path = await writePoll(deps, streams, polledAt);
    assert.equal(path, '/r/red/streams/date=2025-11-25/poll-2025-11-25T14-03-07-123Z.parquet');
    const local = join(directory, 'poll.parquet');
    await hdfs.download(path, local);
    return deps.withDatabase(async (connection) => {
      const found = await connection.runAndReadAll(`SELECT ${columns} FROM ${literal(local)} ORDER BY id`);
      return found.getRowsJS();
    });
  }

  it('stores what Helix sent, with any content and any scratch directory', async () => {
    const title = "it's $& 안녕";
    const rows = await rowsOf(
      [externalStream({ id: '1', title, viewer_count: 5, new_field: true })],
      "epoch_ms(polled_at)::VARCHAR, title, viewer_count::INTEGER, tags, raw ->> 'new_field'",
    );
    assert.deepEqual(rows, [['1764079387123', title, 5, ['한국어'], 'true']]);
    assert.deepEqual((await listPolls(hdfs, '/r', '2025-11-25T14')).length, 1);
    assert.deepEqual(await listPolls(hdfs, '/r', '2025-11-25T15'), []);
  });

  it('has a row for each stream, with any value in one field', async () => {
    const fields = Object.keys(externalStream()).filter((field) => !['id', 'user_id', 'type'].includes(field));
    const values = [null, undefined, '', -1, 1e300, [], {}, 'half \ud83d', 'a\u0000b', '"\n\\', 'x'.repeat(2_000_000)];
    const streams = fields.flatMap((field) => values.map((value) => ({ [field]: value })));
    const odd = streams.map((stream, index) => externalStream({ ...stream, id: `s${index}` }));
    const rows = await rowsOf(odd, 'id, user_id, raw IS NOT NULL');
    assert.equal(rows.length, odd.length);
    assert.ok(rows.every(([, userId, hasRaw]) => userId === '7' && hasRaw === true));
  });

  it('writes a poll of several pages to one file', async () => {
    const poll = await createPollFiles(deps)(polledAt);
    for (let page = 0; page < 3; page += 1)
      await poll.add([toPollRow(externalStream({ id: String(page), user_id: page === 0 ? '7' : '8' }))]);
    const kept = await poll.store();
    await poll.close();
    assert.deepEqual(
      (await listPolls(hdfs, '/r', '2025-11-25T14')).map((file) => file.path),
      [kept?.path],
    );
    assert.equal(kept?.channels, 2, 'a channel under two stream ids counts once');
  });

  it('writes nothing for a poll without rows', async () => {
    assert.equal(await writePoll(deps, [], polledAt), null);
    assert.deepEqual(await listPolls(hdfs, '/r', '2025-11-25T14'), []);
  });

  it('leaves no file if a poll is abandoned', async () => {
    const poll = await createPollFiles(deps)(polledAt);
    await poll.add([toPollRow(externalStream())]);
    await poll.close();
    assert.deepEqual(await listPolls(hdfs, '/r', '2025-11-25T14'), []);
  });
});
