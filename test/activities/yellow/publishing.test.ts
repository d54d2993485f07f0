import assert from 'node:assert/strict';
import { isHdfsError, HdfsError } from '../../../activities/hdfs/error.ts';
import { manifestPath, readManifest } from '../../../activities/yellow/manifest.ts';
import type { Manifest } from '../../../activities/yellow/manifest.ts';
import { publishHour } from '../../../activities/yellow/publishing.ts';
import { MemoryHdfs } from '../hdfs/memory-hdfs.ts';

const ROOT = '/lake';
const HOUR = '2026-11-25T12';
const made = { epochDirectory: `${ROOT}/yellow/.refinements/${HOUR}-1`, directory: '/nowhere' };

const none = { rows: 0, digest: '0' };
const tables = { chat: none, events: none, moderation: none, streams: none, coverage: none, tallies: none };

function manifestOf(redFile: string): Manifest {
  const refinedAt = '2026-11-25T13:00:00.000Z';
  return { hour: HOUR, redHours: [HOUR], redFiles: [redFile], sql: '', optOut: '', tables, complete: true, refinedAt };
}

describe('publishHour(hdfs, root, files, manifest)', () => {
  it('writes the manifest, and removes the directory of the refinement', async () => {
    const hdfs = new MemoryHdfs();
    await hdfs.mkdirs(made.epochDirectory);
    await publishHour(hdfs, ROOT, made, manifestOf('new'));
    assert.deepEqual((await readManifest(hdfs, ROOT, HOUR))?.redFiles, ['new']);
    assert.equal(await hdfs.status(made.epochDirectory), undefined);
  });

  it('does not take an old manifest for its own after another refinement removed its directory and the answer was lost', async () => {
    const hdfs = new MemoryHdfs();
    await hdfs.writeText(manifestPath(ROOT, HOUR), JSON.stringify(manifestOf('old')), { createParent: true });
    await hdfs.mkdirs(made.epochDirectory);
    hdfs.replace = async () => {
      await hdfs.remove(made.epochDirectory, { recursive: true });
      throw new HdfsError('lost', 'The answer was lost.');
    };
    await assert.rejects(publishHour(hdfs, ROOT, made, manifestOf('new')), (error) => isHdfsError(error, 'fenced'));
    assert.deepEqual((await readManifest(hdfs, ROOT, HOUR))?.redFiles, ['old']);
  });

  it('removes a table that has no rows any more', async () => {
    const hdfs = new MemoryHdfs();
    const path = `${ROOT}/yellow/chat/hour=${HOUR}/part.parquet`;
    await hdfs.writeText(path, 'rows', { createParent: true });
    await hdfs.mkdirs(made.epochDirectory);
    await publishHour(hdfs, ROOT, made, manifestOf('new'));
    assert.equal(await hdfs.status(path), undefined);
  });
});
