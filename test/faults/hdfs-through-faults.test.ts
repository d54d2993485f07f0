import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { isHdfsError } from '../../activities/hdfs/error.ts';
import type { HdfsErrorKind } from '../../activities/hdfs/error.ts';
import { silentLog } from '../../common/log.ts';
import { hdfs as hdfsServer, SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { startFaultyHdfs } from './faulty-hdfs.ts';
import type { FaultyHdfs } from './faulty-hdfs.ts';

describe('createHdfs(options), over a faulty network', function () {
  this.timeout(180_000);
  const root = `/test-faults-${randomUUID()}`;
  let faulty: FaultyHdfs;
  let direct: Hdfs;
  let scratch: string;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const address = await hdfsServer();
    faulty = await startFaultyHdfs(address);
    direct = createHdfs({ urls: [address.url], user: address.user, log: silentLog });
    scratch = await mkdtemp(join(tmpdir(), 'faults-test-'));
    await direct.mkdirs(root);
  });

  afterEach(() => faulty.pass());

  after(async () => {
    await direct.remove(root, { recursive: true });
    await faulty.close();
    await rm(scratch, { recursive: true, force: true });
  });

  const fails = (work: Promise<unknown>, kind: HdfsErrorKind) =>
    assert.rejects(work, (error) => {
      assert.ok(isHdfsError(error, kind), `expected the kind ${kind}, got ${String(error)}`);
      return true;
    });
  const isThere = async (path: string) => (await direct.status(path)) !== undefined;

  /** Runs each operation once, with the results of a good network. */
  async function useAll(at: string): Promise<void> {
    const hdfs = faulty.client();
    await hdfs.mkdirs(at);
    await hdfs.writeText(`${at}/text`, '안녕 ünïcode', { createParent: false });
    await hdfs.rename(`${at}/text`, `${at}/renamed`);
    assert.equal(await hdfs.readText(`${at}/renamed`), '안녕 ünïcode');
    assert.equal((await hdfs.list(at)).length, 1);
    assert.equal(await hdfs.remove(`${at}/renamed`), true);
    assert.equal(await hdfs.status(`${at}/renamed`), undefined);
  }

  const slow: [string, () => Promise<unknown>][] = [
    ['latency', () => Promise.all([faulty.nameNode.latency(30), faulty.dataNode.latency(30)])],
    ['slices of one byte', () => Promise.all([faulty.nameNode.slices(1), faulty.dataNode.slices(1)])],
    ['10 kB/s', () => Promise.all([faulty.nameNode.bandwidth(10_000), faulty.dataNode.bandwidth(10_000)])],
  ];
  for (const [name, begin] of slow) {
    it(`works as on a good network: ${name}`, async () => {
      await begin();
      await useAll(`${root}/${name}`);
    });
  }

  it('uploads and downloads the same bytes in slices of odd sizes', async () => {
    await faulty.nameNode.slices(7);
    await faulty.dataNode.slices(1_021);
    const content = randomBytes(1_000_003);
    await writeFile(join(scratch, 'up'), content);
    await faulty.client().upload(join(scratch, 'up'), `${root}/sliced`, { createParent: true });
    await faulty.client().download(`${root}/sliced`, join(scratch, 'down'));
    assert.ok(content.equals(await readFile(join(scratch, 'down'))));
  });

  describe('with a connection cut', () => {
    const names = Array.from({ length: 40 }, (_, index) => `${index}`.padStart(3, '0') + 'x'.repeat(200));
    const listed = `${root}/listed`;

    before(async () => {
      for (const name of names) await direct.mkdirs(`${listed}/${name}`);
    });

    it('during a listing: retries, and returns all of it', async () => {
      const before = faulty.nameNode.counts.toClient;
      await faulty.nameNode.cutAfter(5_000, 'toClient');
      const found = await faulty.client().list(listed);
      assert.deepEqual(
        found.map(({ path }) => path),
        names.map((name) => `${listed}/${name}`),
      );
      assert.ok(faulty.nameNode.counts.toClient - before > 5_000 + names.length * 200, 'a part, and the whole');
    });

    it('during a listing, without patience: throws unavailable, and never returns a part', async () => {
      await faulty.nameNode.cutAfter(5_000, 'toClient');
      await fails(faulty.client({ patienceMs: 0 }).list(listed), 'unavailable');
    });

    it('during a download: retries, and returns all of it', async () => {
      const content = randomBytes(500_000);
      await writeFile(join(scratch, 'whole'), content);
      await direct.upload(join(scratch, 'whole'), `${root}/whole`, { createParent: true });
      await faulty.dataNode.cutAfter(200_000, 'toClient');
      await faulty.client().download(`${root}/whole`, join(scratch, 'again'));
      assert.ok(content.equals(await readFile(join(scratch, 'again'))));
    });

    it('during an upload: throws lost, although a file with that name exists, and succeeds under another name', async () => {
      const content = randomBytes(2_000_000);
      await writeFile(join(scratch, 'cut'), content);
      await faulty.dataNode.cutAfter(500_000, 'toServer');
      const { connections } = faulty.dataNode.counts;
      await fails(faulty.client().upload(join(scratch, 'cut'), `${root}/cut`, { createParent: false }), 'lost');
      assert.equal(faulty.dataNode.counts.connections, connections + 1, 'it was not sent again');
      const left = await waitFor('the part to be closed as a file', async () => {
        const status = await direct.status(`${root}/cut`);
        return status !== undefined && status.length > 0 && status;
      });
      assert.ok(left.length < content.length);
      await faulty.client().upload(join(scratch, 'cut'), `${root}/whole-at-last`, { createParent: false });
      assert.equal((await direct.status(`${root}/whole-at-last`))?.length, content.length);
    });

    it('before a request: waits while connections are refused, then continues', async () => {
      const hdfs = faulty.client();
      await hdfs.status(root);
      await faulty.nameNode.cut();
      const waiting = [hdfs.mkdirs(`${root}/waited`), hdfs.status(root), hdfs.list(root)];
      await fails(faulty.client({ patienceMs: 300 }).mkdirs(`${root}/not-waited`), 'unavailable');
      await faulty.pass();
      await Promise.all(waiting);
      assert.deepEqual([await isThere(`${root}/waited`), await isThere(`${root}/not-waited`)], [true, false]);
    });
  });

  describe('when the answer to a change is lost', () => {
    /** The change happens, is reported as lost, and is not sent again. Each change has its own connection, which the proxy counts. */
    async function isLost(change: (hdfs: Hdfs) => Promise<unknown>): Promise<void> {
      await faulty.nameNode.dropAnswer();
      const { connections } = faulty.nameNode.counts;
      await fails(change(faulty.client()), 'lost');
      assert.equal(faulty.nameNode.counts.connections, connections + 1);
    }

    it('MKDIRS: lost, done, not sent again', async () => {
      await isLost((hdfs) => hdfs.mkdirs(`${root}/lost/directory`));
      assert.equal(await isThere(`${root}/lost/directory`), true);
    });

    it('RENAME: lost, done, not sent again', async () => {
      await direct.writeText(`${root}/lost/from`, 'x', { createParent: true });
      await isLost((hdfs) => hdfs.rename(`${root}/lost/from`, `${root}/lost/to`));
      assert.deepEqual([await isThere(`${root}/lost/from`), await isThere(`${root}/lost/to`)], [false, true]);
    });

    it('RENAME that replaces: lost, done, not sent again', async () => {
      await direct.writeText(`${root}/lost/new`, 'new', { createParent: true });
      await direct.writeText(`${root}/lost/old`, 'old', { createParent: true });
      await isLost((hdfs) => hdfs.replace(`${root}/lost/new`, `${root}/lost/old`));
      assert.equal(await direct.readText(`${root}/lost/old`), 'new');
    });

    it('DELETE: lost, done, not sent again', async () => {
      await direct.writeText(`${root}/lost/deleted`, 'x', { createParent: true });
      await isLost((hdfs) => hdfs.remove(`${root}/lost/deleted`));
      assert.equal(await isThere(`${root}/lost/deleted`), false);
    });
  });

  describe('half-open: a peer that accepts and does not answer', () => {
    it('every change is lost and every read unavailable after the time-out', async () => {
      await faulty.client().status(root);
      await faulty.nameNode.halfOpen();
      const hdfs = faulty.client({ timeoutMs: 1_000, patienceMs: 0 });
      await Promise.all([
        fails(hdfs.mkdirs(`${root}/unheard`), 'lost'),
        fails(hdfs.rename(`${root}/unheard`, `${root}/of`), 'lost'),
        fails(hdfs.remove(`${root}/unheard`), 'lost'),
        fails(hdfs.status(root), 'unavailable'),
        fails(hdfs.list(root), 'unavailable'),
        fails(hdfs.readText(`${root}/unheard`), 'unavailable'),
        // Its first step only reads the address of the DataNode.
        fails(hdfs.writeText(`${root}/unheard`, 'x', { createParent: false }), 'unavailable'),
      ]);
      await faulty.pass();
      assert.equal(await isThere(`${root}/unheard`), false);
      await faulty.client().mkdirs(`${root}/heard-again`);
    });

    it('an upload that the DataNode does not answer is lost', async () => {
      await faulty.dataNode.halfOpen();
      const hdfs = faulty.client({ timeoutMs: 2_000 });
      await fails(hdfs.writeText(`${root}/unanswered`, 'x', { createParent: false }), 'lost');
    });

    it('a client with old connections continues when the network is back', async () => {
      const hdfs = faulty.client({ timeoutMs: 2_000 });
      await hdfs.list(root);
      await hdfs.status(root);
      const { deafConnections } = faulty.nameNode;
      await faulty.nameNode.halfOpen();
      const waiting = Promise.all([hdfs.list(root), hdfs.status(root)]);
      await waitFor('both to have been swallowed', () => faulty.nameNode.deafConnections >= deafConnections + 2);
      await faulty.pass();
      const [entries, status] = await waiting;
      assert.ok(entries.length > 0);
      assert.equal(status?.type, 'DIRECTORY');
    });
  });
});
