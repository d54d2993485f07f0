import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { isHdfsError } from '../../../activities/hdfs/error.ts';
import type { HdfsErrorKind } from '../../../activities/hdfs/error.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';

/** What every {@link Hdfs} promises. */
export function contract(name: string, create: () => Promise<Hdfs>): void {
  describe(`Hdfs, ${name}`, function () {
    this.timeout(60_000);
    const root = `/test-hdfs-${randomUUID()}`;
    let hdfs: Hdfs;
    let scratch: string;

    before(async function () {
      this.timeout(SERVERS_TIMEOUT_MS);
      hdfs = await create();
      scratch = await mkdtemp(join(tmpdir(), 'hdfs-test-'));
      await hdfs.mkdirs(root);
    });

    after(async () => {
      await hdfs.remove(root, { recursive: true });
      await rm(scratch, { recursive: true, force: true });
    });

    const fails = (work: Promise<unknown>, ...kinds: HdfsErrorKind[]) =>
      assert.rejects(work, (error) => {
        assert.ok(isHdfsError(error, ...kinds), `expected the kind ${kinds.join(' or ')}, got ${String(error)}`);
        return true;
      });
    const text = (path: string, content = 'x') => hdfs.writeText(path, content, { createParent: true });

    it('creates a directory with its parents, and succeeds if it exists', async () => {
      await hdfs.mkdirs(`${root}/a/b/c`);
      await hdfs.mkdirs(`${root}/a/b/c`);
      assert.equal((await hdfs.status(`${root}/a/b`))?.type, 'DIRECTORY');
    });

    it('does not create a directory in place of a file', async () => {
      await text(`${root}/file-in-the-way`);
      await fails(hdfs.mkdirs(`${root}/file-in-the-way`), 'exists');
      await fails(hdfs.mkdirs(`${root}/file-in-the-way/below`), 'exists');
    });

    it('uploads a file and downloads the same bytes', async () => {
      const content = randomBytes(3_000_000);
      await writeFile(join(scratch, 'up'), content);
      await hdfs.upload(join(scratch, 'up'), `${root}/new/parent/bytes`, { createParent: true });
      assert.equal((await hdfs.status(`${root}/new/parent/bytes`))?.length, content.length);
      await hdfs.download(`${root}/new/parent/bytes`, join(scratch, 'down'));
      assert.ok(content.equals(await readFile(join(scratch, 'down'))));
    });

    it('writes and reads texts of any language, and empty ones', async () => {
      await text(`${root}/text`, '안녕하세요, ünïcode 👋');
      assert.equal(await hdfs.readText(`${root}/text`), '안녕하세요, ünïcode 👋');
      await text(`${root}/empty`, '');
      assert.equal(await hdfs.readText(`${root}/empty`), '');
    });

    it('never overwrites with an upload', async () => {
      await text(`${root}/once`, 'first');
      await fails(text(`${root}/once`, 'second'), 'exists');
      assert.equal(await hdfs.readText(`${root}/once`), 'first');
    });

    it('neither overwrites nor finishes a large upload to a taken path', async () => {
      await writeFile(join(scratch, 'large'), randomBytes(20_000_000));
      await text(`${root}/small`, 'first');
      const upload = (path: string) => hdfs.upload(join(scratch, 'large'), path, { createParent: false });
      // The answer may arrive before most of the file is sent, and be lost with the connection.
      await fails(upload(`${root}/small`), 'exists', 'lost');
      await fails(upload(`${root}/nowhere/large`), 'fenced', 'lost');
      assert.equal(await hdfs.readText(`${root}/small`), 'first');
    });

    it('creates a missing parent only with createParent', async () => {
      await fails(hdfs.writeText(`${root}/nowhere/file`, 'x', { createParent: false }), 'fenced');
      assert.equal(await hdfs.status(`${root}/nowhere`), undefined);
    });

    it('throws absent for a file that does not exist', async () => {
      await fails(hdfs.readText(`${root}/missing`), 'absent');
      await fails(hdfs.download(`${root}/missing`, join(scratch, 'missing')), 'absent');
      assert.equal(await hdfs.status(`${root}/missing`), undefined);
    });

    it('renames into an existing directory', async () => {
      await text(`${root}/from`, 'moved');
      await hdfs.rename(`${root}/from`, `${root}/to`);
      assert.equal(await hdfs.readText(`${root}/to`), 'moved');
      assert.equal(await hdfs.status(`${root}/from`), undefined);
    });

    it('never renames onto an existing path', async () => {
      await text(`${root}/mine`, 'mine');
      await text(`${root}/theirs`, 'theirs');
      await fails(hdfs.rename(`${root}/mine`, `${root}/theirs`), 'exists');
      assert.equal(await hdfs.readText(`${root}/theirs`), 'theirs');
      assert.equal(await hdfs.readText(`${root}/mine`), 'mine');
    });

    it('throws fenced for a rename without its source or target directory', async () => {
      await text(`${root}/here`);
      await fails(hdfs.rename(`${root}/gone`, `${root}/target`), 'fenced');
      await fails(hdfs.rename(`${root}/here`, `${root}/gone/target`), 'fenced');
      assert.notEqual(await hdfs.status(`${root}/here`), undefined);
    });

    it('replaces a file atomically, and creates it if there is none', async () => {
      await text(`${root}/next`, 'new');
      await text(`${root}/current`, 'old');
      await hdfs.replace(`${root}/next`, `${root}/current`);
      assert.equal(await hdfs.readText(`${root}/current`), 'new');
      await hdfs.replace(`${root}/current`, `${root}/elsewhere`);
      assert.equal(await hdfs.readText(`${root}/elsewhere`), 'new');
      await fails(hdfs.replace(`${root}/current`, `${root}/elsewhere`), 'fenced');
    });

    it('removes, and returns whether the path existed', async () => {
      await text(`${root}/full/file`);
      await fails(hdfs.remove(`${root}/full`), 'exists');
      assert.equal(await hdfs.remove(`${root}/full`, { recursive: true }), true);
      assert.equal(await hdfs.remove(`${root}/full`, { recursive: true }), false);
      assert.equal(await hdfs.status(`${root}/full/file`), undefined);
    });

    it('lists a directory sorted by name, and nothing if it does not exist', async () => {
      for (const name of ['b', 'a', 'c/below']) await text(`${root}/listed/${name}`, name);
      const found = await hdfs.list(`${root}/listed`);
      assert.deepEqual(
        found.map(({ path, type, length }) => ({ path, type, length })),
        [
          { path: `${root}/listed/a`, type: 'FILE', length: 1 },
          { path: `${root}/listed/b`, type: 'FILE', length: 1 },
          { path: `${root}/listed/c`, type: 'DIRECTORY', length: 0 },
        ],
      );
      assert.deepEqual(await hdfs.list(`${root}/not-there`), []);
      await fails(hdfs.list(`${root}/listed/a`), 'invalid');
    });

    it('accepts names with equal signs, spaces, percent signs and letters of any language', async () => {
      for (const name of ['hour=2026-11-25T14', 'a b', '100%', 'p+q', '채팅', 'ä&b?c#d']) {
        await text(`${root}/names/${name}/x`, name);
        await hdfs.rename(`${root}/names/${name}/x`, `${root}/names/${name}/${name}`);
        assert.equal(await hdfs.readText(`${root}/names/${name}/${name}`), name);
        const listed = await hdfs.list(`${root}/names/${name}`);
        assert.deepEqual(
          listed.map((entry) => entry.path),
          [`${root}/names/${name}/${name}`],
        );
        assert.equal(await hdfs.remove(`${root}/names/${name}`, { recursive: true }), true);
      }
    });
  });
}
