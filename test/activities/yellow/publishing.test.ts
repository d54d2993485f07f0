import assert from 'node:assert/strict';
import { isHdfsError, HdfsError } from '../../../activities/hdfs/error.ts';
import { manifestPath, readManifest } from '../../../activities/yellow/manifest.ts';
import type { Manifest } from '../../../activities/yellow/manifest.ts';
import { publishHour } from '../../../activities/yellow/publishing.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

const ROOT = '/lake';
const HOUR = '2026-11-25T12';
const EPOCH_DIRECTORY = `${ROOT}/yellow/.refinements/${HOUR}-1`;

const none = { rows: 0, digest: '0' };
const tables = { chat: none, events: none, moderation: none, streams: none, coverage: none, tallies: none };

function manifestOf(redFile: string): Manifest {
  const refinedAt = '2026-11-25T13:00:00.000Z';
  return {
    hour: HOUR,
    redHours: [HOUR],
    redFiles: [redFile],
    sql: '',
    optOut: '',
    tables,
    complete: true,
    gaps: [],
    refinedAt,
  };
}

describe('publishHour(hdfs, root, epochDirectory, manifest)', () => {
  it('writes the manifest, and removes the directory of the refinement', async () => {
    const hdfs = new MemoryHdfs();
    await hdfs.mkdirs(EPOCH_DIRECTORY);
    await publishHour(hdfs, ROOT, EPOCH_DIRECTORY, manifestOf('new'));
    assert.deepEqual((await readManifest(hdfs, ROOT, HOUR))?.redFiles, ['new']);
    assert.equal(await hdfs.status(EPOCH_DIRECTORY), undefined);
  });

  it('does not take an old manifest for its own after another refinement removed its directory and the answer was lost', async () => {
    const hdfs = new MemoryHdfs();
    await hdfs.writeText(manifestPath(ROOT, HOUR), JSON.stringify(manifestOf('old')), { createParent: true });
    await hdfs.mkdirs(EPOCH_DIRECTORY);
    hdfs.replace = async () => {
      await hdfs.remove(EPOCH_DIRECTORY, { recursive: true });
      throw new HdfsError('lost', 'The answer was lost.');
    };
    await assert.rejects(publishHour(hdfs, ROOT, EPOCH_DIRECTORY, manifestOf('new')), (error) =>
      isHdfsError(error, 'fenced'),
    );
    assert.deepEqual((await readManifest(hdfs, ROOT, HOUR))?.redFiles, ['old']);
  });

  it('removes a table that has no rows any more', async () => {
    const hdfs = new MemoryHdfs();
    const path = `${ROOT}/yellow/chat/hour=${HOUR}/part.parquet`;
    await hdfs.writeText(path, 'rows', { createParent: true });
    await hdfs.mkdirs(EPOCH_DIRECTORY);
    await publishHour(hdfs, ROOT, EPOCH_DIRECTORY, manifestOf('new'));
    assert.equal(await hdfs.status(path), undefined);
  });
});
