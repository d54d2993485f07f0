import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { isHdfsError } from '../../../activities/hdfs/error.ts';
import type { HdfsErrorKind } from '../../../activities/hdfs/error.ts';
import { mkdirsSafely, removeSafely, renameSafely, replaceSafely } from '../../../activities/hdfs/safe-changes.ts';
import { silentLog } from '../../../common/log.ts';
import { hdfs as hdfsServer, SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { startProxy } from './proxy.ts';
import type { Proxy, Treatment } from './proxy.ts';

describe('createHdfs, with failures', function () {
  this.timeout(60_000);
  const root = `/test-failures-${randomUUID()}`;
  let proxy: Proxy;
  let direct: Hdfs;
  let hdfs: Hdfs;
  let scratch: string;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const { url, user } = await hdfsServer();
    proxy = await startProxy(url);
    direct = createHdfs({ urls: [url], user, log: silentLog });
    hdfs = createHdfs({ urls: [proxy.url], user, log: silentLog, patienceMs: 20_000 });
    scratch = await mkdtemp(join(tmpdir(), 'hdfs-test-'));
    await direct.mkdirs(root);
  });

  beforeEach(() => {
    proxy.handedOn.length = 0;
    proxy.treat = () => 'pass';
  });

  after(async () => {
    await direct.remove(root, { recursive: true });
    await proxy.stop();
    await rm(scratch, { recursive: true, force: true });
  });

  /** Applies the treatment to the first request of an operation to a node, and passes all others. */
  const once = (op: string, treatment: Treatment, node = 'NameNode') => {
    let left = 1;
    proxy.treat = (request) => (request.op === op && request.node === node && left-- > 0 ? treatment : 'pass');
  };
  const fails = (work: Promise<unknown>, kind: HdfsErrorKind) =>
    assert.rejects(work, (error) => {
      assert.ok(isHdfsError(error, kind), `expected the kind ${kind}, got ${String(error)}`);
      return true;
    });
  const file = (name: string, content = 'x') => direct.writeText(`${root}/${name}`, content, { createParent: true });

  for (const treatment of ['loseAnswer', 'loseRequest'] as const) {
    it(`reports a change as lost, and does not send it again (${treatment})`, async () => {
      await file(`${treatment}-source`);
      await file(`${treatment}-old`);
      once('MKDIRS', treatment);
      await fails(hdfs.mkdirs(`${root}/${treatment}-directory`), 'lost');
      once('RENAME', treatment);
      await fails(hdfs.rename(`${root}/${treatment}-source`, `${root}/${treatment}-target`), 'lost');
      once('DELETE', treatment);
      await fails(hdfs.remove(`${root}/${treatment}-old`), 'lost');
      once('CREATE', treatment, 'DataNode');
      await fails(hdfs.writeText(`${root}/${treatment}-new`, 'x', { createParent: false }), 'lost');

      const happened = treatment === 'loseAnswer';
      const changes = ['MKDIRS NameNode', 'RENAME NameNode', 'DELETE NameNode', 'CREATE NameNode', 'CREATE DataNode'];
      assert.deepEqual(proxy.handedOn, happened ? changes : ['CREATE NameNode']);
      const there = async (name: string) => (await direct.status(`${root}/${treatment}-${name}`)) !== undefined;
      assert.deepEqual(
        [await there('directory'), await there('target'), await there('old'), await there('new')],
        happened ? [true, true, false, true] : [false, false, true, false],
      );
    });

    it(`finds the outcome of a lost change by looking (${treatment})`, async () => {
      const path = (name: string) => `${root}/${treatment}-looked-${name}`;
      once('MKDIRS', treatment);
      await mkdirsSafely(hdfs, path('directory'));
      await file(`${treatment}-looked-1`, 'abc');
      once('RENAME', treatment);
      await renameSafely(hdfs, path('1'), path('2'), 3);
      once('RENAME', treatment);
      await replaceSafely(hdfs, path('2'), path('3'));
      assert.equal(await direct.readText(path('3')), 'abc');
      once('DELETE', treatment);
      await removeSafely(hdfs, path('3'));
      assert.equal(await direct.status(path('3')), undefined);
      assert.equal((await direct.status(path('directory')))?.type, 'DIRECTORY');
    });

    it(`retries a read (${treatment})`, async () => {
      await file(`${treatment}-read`, 'content');
      once('GETFILESTATUS', treatment);
      assert.equal((await hdfs.status(`${root}/${treatment}-read`))?.length, 7);
      once('LISTSTATUS_BATCH', treatment);
      assert.notEqual((await hdfs.list(root)).length, 0);
      for (const node of ['NameNode', 'DataNode']) {
        once('OPEN', treatment, node);
        assert.equal(await hdfs.readText(`${root}/${treatment}-read`), 'content');
      }
    });
  }

  it('does not take another file for the result of its rename', async () => {
    await file('ours', 'abc');
    await file('taken', 'other');
    once('RENAME', 'loseAnswer');
    await fails(renameSafely(hdfs, `${root}/ours`, `${root}/taken`, 3), 'lost');
    assert.equal(await direct.readText(`${root}/taken`), 'other');
  });

  for (const status of [500, 502, 503, 504]) {
    it(`does not take a ${status} of the DataNode for a success`, async () => {
      once('CREATE', { answer: status }, 'DataNode');
      await fails(hdfs.writeText(`${root}/bad-gateway`, 'x', { createParent: false }), 'lost');
      assert.equal(await direct.status(`${root}/bad-gateway`), undefined);
    });
  }

  it('detects a truncated upload although the answer was a success', async () => {
    await writeFile(join(scratch, 'large'), randomBytes(1_000_000));
    once('CREATE', 'halfBody', 'DataNode');
    await fails(hdfs.upload(join(scratch, 'large'), `${root}/short`, { createParent: false }), 'broken');
    const short = await waitFor('the short file to be closed', async () => {
      const found = await direct.status(`${root}/short`);
      return found !== undefined && found.length > 0 && found;
    });
    assert.ok(short.length < 1_000_000);
  });

  it('detects a truncated download, and reads again', async () => {
    const content = 'y'.repeat(200_000);
    await file('long', content);
    once('OPEN', 'halfAnswer', 'DataNode');
    assert.equal(await hdfs.readText(`${root}/long`), content);
    once('OPEN', 'halfAnswer', 'DataNode');
    await hdfs.download(`${root}/long`, join(scratch, 'long'));
  });

  it('rejects the answer false to a rename', async () => {
    await file('plain');
    once('RENAME', { answer: 200, body: { boolean: false } });
    await fails(hdfs.rename(`${root}/plain`, `${root}/plain-2`), 'lost');
  });

  const exceptions: [string, HdfsErrorKind][] = [
    ['AccessControlException', 'forbidden'],
    ['IllegalArgumentException', 'invalid'],
    ['FileNotFoundException', 'fenced'],
    ['FileAlreadyExistsException', 'exists'],
    ['EOFException', 'lost'],
    ['SomeExceptionOfTheFuture', 'lost'],
  ];
  for (const [exception, kind] of exceptions) {
    it(`maps ${exception} of a change to ${kind}`, async () => {
      once('MKDIRS', {
        answer: 403,
        body: { RemoteException: { exception, javaClassName: exception, message: 'why' } },
      });
      await fails(hdfs.mkdirs(`${root}/by-exception`), kind);
    });
  }

  for (const exception of ['StandbyException', 'SafeModeException', 'RetriableException']) {
    it(`waits while a NameNode answers ${exception}`, async () => {
      once('MKDIRS', { answer: 403, body: { RemoteException: { exception, message: 'not now' } } });
      await hdfs.mkdirs(`${root}/after-${exception}`);
      assert.deepEqual(proxy.handedOn, ['MKDIRS NameNode']);
    });
  }

  it('waits while a DataNode cannot find the address of the NameNode', async () => {
    const message = 'java.net.UnknownHostException: namenode';
    const body = { RemoteException: { exception: 'IllegalArgumentException', message } };
    once('CREATE', { answer: 400, body }, 'DataNode');
    await hdfs.writeText(`${root}/after-unknown-host`, 'x', { createParent: false });
    assert.equal(await direct.readText(`${root}/after-unknown-host`), 'x');
    once('OPEN', { answer: 400, body }, 'DataNode');
    assert.equal(await hdfs.readText(`${root}/after-unknown-host`), 'x');
  });

  it('finds the NameNode that answers, and fails if none does within patienceMs', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const refusing = `http://127.0.0.1:${(nobody.address() as AddressInfo).port}`;
    await new Promise((resolve) => nobody.close(resolve));
    const { url, user } = await hdfsServer();
    const both = createHdfs({ urls: [refusing, url], user, log: silentLog });
    await both.mkdirs(`${root}/by-the-second`);
    await both.writeText(`${root}/by-the-second/file`, 'x', { createParent: false });
    const none = createHdfs({ urls: [refusing], user, log: silentLog, patienceMs: 300 });
    await fails(none.mkdirs(`${root}/never`), 'unavailable');
    await fails(none.status(root), 'unavailable');
  });

  it('gives up on a server that accepts and does not answer', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const patient = createHdfs({ urls: [url], user: 'hdfs', log: silentLog, timeoutMs: 200, patienceMs: 100 });
    await fails(patient.mkdirs('/never'), 'lost');
    await fails(patient.status('/never'), 'unavailable');
    await fails(patient.list('/never'), 'unavailable');
    await fails(patient.writeText('/never', 'x', { createParent: false }), 'unavailable');
    silent.close();
  });

  it('leaves a NameNode that accepts and does not answer for one that does', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const mute = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const { url, user } = await hdfsServer();
    const asking = () => createHdfs({ urls: [mute, url], user, log: silentLog, timeoutMs: 2_000, patienceMs: 100 });
    const questioned = asking();
    assert.equal(await questioned.status(`${root}/not-there`), undefined);
    const changed = asking();
    await fails(changed.mkdirs(`${root}/by-the-other`), 'lost');
    await changed.mkdirs(`${root}/by-the-other`);
    silent.close();
  });

  for (const variable of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) {
    it(`uses no proxy, even if ${variable} names one`, async () => {
      const { url, user } = await hdfsServer();
      const program = fileURLToPath(new URL('using-process.ts', import.meta.url));
      const env = { ...process.env, [variable]: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1', NO_PROXY: '' };
      const args = [program, url, user, `${root}/${randomUUID()}`];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      assert.deepEqual(JSON.parse(stdout), { listed: ['/c'], text: 'hello', left: 'nothing' });
    });
  }

  it('does not take a page of a proxy for a successful rename', async () => {
    await file('kept');
    once('RENAME', { answer: 200 });
    await fails(hdfs.rename(`${root}/kept`, `${root}/kept-2`), 'lost');
  });

  it('lists all of a directory with more than two pages', async function () {
    this.timeout(120_000);
    const names = Array.from({ length: 2_500 }, (_, index) => `entry-${String(index).padStart(5, '0')}`);
    const { url, user } = await hdfsServer();
    for (let at = 0; at < names.length; at += 25) {
      await Promise.all(
        names.slice(at, at + 25).map(async (name) => {
          const target = `${url}/webhdfs/v1${root}/many/${name}?op=MKDIRS&user.name=${user}`;
          assert.equal(await (await fetch(target, { method: 'PUT' })).text(), '{"boolean":true}');
        }),
      );
    }
    const found = await direct.list(`${root}/many`);
    assert.deepEqual(
      found.map((entry) => entry.path),
      names.map((name) => `${root}/many/${name}`),
    );
  });
});
