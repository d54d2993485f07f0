import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { isHdfsError } from '../../activities/hdfs/error.ts';
import { startHdfsServer } from '../../infra/local/hdfs-server.ts';
import type { HdfsAddress } from '../../infra/local/hdfs-server.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import type { RunningServer } from '../../infra/local/server.ts';
import { silentLog } from '../../common/log.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { startFaultyHdfs } from './faulty-hdfs.ts';
import type { FaultyHdfs } from './faulty-hdfs.ts';
import { killServerProcess } from './server-process.ts';

describe('createHdfs(options), while its servers die and restart', function () {
  this.timeout(300_000);
  const ended: string[] = [];
  let directory: string;
  let server: RunningServer<HdfsAddress>;
  let faulty: FaultyHdfs;
  let hdfs: Hdfs;

  const start = () =>
    startHdfsServer({
      directory: join(directory, 'hdfs'),
      log: silentProgress,
      onExit: (name) => ended.push(name),
    });

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    directory = await mkdtemp(join(tmpdir(), 'restarts-test-'));
    server = await start();
    faulty = await startFaultyHdfs(server.address);
    hdfs = createHdfs({
      urls: [server.address.url],
      user: server.address.user,
      log: silentLog,
      patienceMs: 240_000,
      timeoutMs: 10_000,
    });
    await hdfs.writeText('/kept/text', 'kept', { createParent: true });
  });

  beforeEach(() => ended.splice(0));

  after(async () => {
    await faulty.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** As in a commit: after a failure it uses another name. */
  async function writeUnderNewNames(base: string, text: string): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const path = `${base}-${attempt}`;
      try {
        await hdfs.writeText(path, text, { createParent: true });
        return path;
      } catch (error) {
        if (!isHdfsError(error, 'lost', 'broken', 'unavailable') || attempt === 20) throw error;
      }
    }
  }

  it('a NameNode killed during changes: all acknowledged changes exist, and of the others only unclear ones', async () => {
    let acknowledged = 0;
    const unclear: number[] = [];
    for (let number = 0; number < 10_000; number++) {
      const path = `/changes/${String(number).padStart(5, '0')}`;
      try {
        await hdfs.mkdirs(path);
        acknowledged++;
      } catch (error) {
        assert.ok(isHdfsError(error, 'lost'), String(error));
        unclear.push(number);
      }
      if (number === 50) {
        // During the next changes.
        setImmediate(() => killServerProcess(join(directory, 'hdfs'), 'namenode'));
      }
      if (ended.includes('namenode') && acknowledged > 100) break;
    }
    assert.deepEqual(ended, ['namenode']);
    const found = new Set((await hdfs.list('/changes')).map(({ path }) => Number(path.slice('/changes/'.length))));
    for (let number = 0; number < acknowledged + unclear.length; number++) {
      assert.ok(found.has(number) || unclear.includes(number), `change ${number}`);
    }
    assert.equal([...found].filter((number) => !unclear.includes(number)).length, acknowledged);
    assert.equal(await hdfs.readText('/kept/text'), 'kept');
    const path = await writeUnderNewNames('/changes-after/text', 'after');
    assert.equal(await hdfs.readText(path), 'after');
  });

  it('a NameNode killed before reads on its old connections: the restarted one answers them', async () => {
    await Promise.all([hdfs.list('/kept'), hdfs.status('/kept/text'), hdfs.readText('/kept/text')]);
    killServerProcess(join(directory, 'hdfs'), 'namenode');
    const [entries, status, text] = await Promise.all([
      hdfs.list('/kept'),
      hdfs.status('/kept/text'),
      hdfs.readText('/kept/text'),
      hdfs.mkdirs('/asked-while-dead').catch((error: unknown) => assert.ok(isHdfsError(error, 'lost'), String(error))),
    ]);
    assert.deepEqual([entries.length, status?.length, text], [1, 4, 'kept']);
    await waitFor('the end to be noticed', () => ended.includes('namenode'));
  });

  it('a DataNode killed during an upload: lost, and complete under another name', async () => {
    const content = randomBytes(8_000_000);
    const file = join(directory, 'upload');
    await writeFile(file, content);
    const client = faulty.client({ timeoutMs: 10_000 });
    await writeUnderNewNames('/before/text', 'the DataNode works');
    const before = faulty.dataNode.counts.toServer;
    await faulty.dataNode.bandwidth(4_000_000, 'toServer');
    const upload = client.upload(file, '/uploads/1', { createParent: true });
    const lost = assert.rejects(upload, (error) => isHdfsError(error, 'lost'));
    await waitFor('a part to have been sent', () => faulty.dataNode.counts.toServer - before > 1_000_000);
    killServerProcess(join(directory, 'hdfs'), 'datanode');
    await lost;
    await faulty.pass();
    let attempt = 1;
    const whole = await waitFor(
      'an upload that works',
      async () => {
        const path = `/uploads/${++attempt}`;
        await client.upload(file, path, { createParent: true });
        return path;
      },
      240_000,
    );
    assert.equal((await client.status(whole))?.length, content.length);
    assert.deepEqual(ended, ['datanode']);
  });

  it('a whole HDFS stopped and started: all files exist, and waiting requests are answered', async () => {
    const client = faulty.client();
    await client.status('/kept/text');
    await faulty.nameNode.cut();
    await server.stop();
    const waiting = Promise.all([
      client.status('/kept/text'),
      client.mkdirs('/waited'),
      client.writeText('/waited-for/text', 'x', { createParent: true }),
    ]);
    server = await start();
    await faulty.follow(server.address);
    await faulty.pass();
    assert.equal((await waiting)[0]?.length, 4);
    assert.equal(await client.readText('/kept/text'), 'kept');
    assert.equal(await client.readText('/waited-for/text'), 'x');
  });
});
