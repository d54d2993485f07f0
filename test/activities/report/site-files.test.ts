import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { publishAssets, publishFile, removeLeftovers } from '../../../activities/report/site-files.ts';

describe('publishFile(path, content)', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-site-files-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('leaves only the old file if the disk is full', async () => {
    const path = join(directory, 'index.html');
    await publishFile(path, 'the old one');
    const program = fileURLToPath(new URL('publishing-process.ts', import.meta.url));
    // Limits files to 8 blocks of 512 bytes.
    const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" "$1" "$2"`;
    for (let time = 0; time < 3; time += 1) {
      const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, program, path]);
      assert.equal(stdout.trim(), 'EFBIG');
    }
    assert.deepEqual(await readdir(directory), ['index.html']);
    assert.equal(await readFile(path, 'utf8'), 'the old one');
  });

  it('leaves nothing if the name is a directory', async () => {
    await publishFile(join(directory, 'day', 'index.html'), 'x');
    await assert.rejects(publishFile(join(directory, 'day'), 'x'));
    assert.deepEqual((await readdir(directory, { recursive: true })).sort(), ['day', join('day', 'index.html')]);
  });
});

describe('publishAssets(siteDirectory)', () => {
  it('publishes each asset with a compressed copy of the same content, and keeps what is there', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'chatlake-site-files-'));
    for (const url of Object.values<string>({ ...(await publishAssets(directory)) })) {
      const asset = join(directory, url);
      assert.deepEqual(gunzipSync(await readFile(`${asset}.gz`)), await readFile(asset));
    }
    const before = await readdir(directory, { recursive: true });
    const copy = join(directory, 'assets', before.find((name) => name.endsWith('.js.gz'))?.slice(7) ?? '');
    const { ino } = await stat(copy);
    await publishAssets(directory);
    assert.equal((await stat(copy)).ino, ino);
    assert.deepEqual((await readdir(directory, { recursive: true })).sort(), before.sort());
    await rm(directory, { recursive: true });
  });
});

describe('removeLeftovers(siteDirectory)', () => {
  it('removes only unfinished files of killed publishers, at any depth', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'chatlake-site-files-'));
    await publishFile(join(directory, 'day', 'index.html'), 'x');
    await publishFile(join(directory, 'assets', 'a.css'), 'x');
    for (const name of ['index.html.1.tmp', 'day/.index.html.2.tmp', 'assets/.plotly.js.3.tmp'])
      await writeFile(join(directory, name), 'half');
    await removeLeftovers(directory);
    const files = (await readdir(directory, { recursive: true })).filter((name) => name.includes('.'));
    assert.deepEqual(files.sort(), [join('assets', 'a.css'), join('day', 'index.html')]);
    await rm(directory, { recursive: true, force: true });
    await removeLeftovers(directory);
  });
});
