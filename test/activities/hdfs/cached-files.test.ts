import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCachedFiles } from '../../../activities/hdfs/cached-files.ts';
import { MemoryHdfs } from './memory-hdfs.ts';

describe('openCachedFiles(hdfs, directory, maxBytes)', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-cache-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('removes unfinished copies of an earlier process, and keeps the others', async () => {
    for (const name of ['a.parquet', 'b.parquet.partial']) await writeFile(join(directory, name), 'x');
    await openCachedFiles(new MemoryHdfs(), directory, 1_000);
    assert.deepEqual(await readdir(directory), ['a.parquet']);
  });

  it('leaves no unfinished copy if the disk is full, and fetches the file later', async () => {
    const hdfs = new MemoryHdfs();
    let isFull = true;
    hdfs.download = async (_path, local) => {
      await writeFile(local, isFull ? 'ha' : 'half');
      if (isFull) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    const files = await openCachedFiles(hdfs, directory, 1_000);
    await assert.rejects(files.fetch({ path: '/a', length: 4 }), /ENOSPC/);
    assert.deepEqual(await readdir(directory), []);
    isFull = false;
    assert.equal(await readFile(await files.fetch({ path: '/a', length: 4 }), 'utf8'), 'half');
  });
});
