import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { silentLog } from '../../common/log.ts';
import { checkHdfsRules } from '../../infra/setup/hdfs-rules.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { startHttpFs } from './httpfs.ts';

/** More than one page of a listing. */
const MANY = 1_050;

describe('HttpFS', function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), 'httpfs-'));
  let stop = (): Promise<void> => Promise.resolve();
  let direct: Hdfs;
  let gateway: Hdfs;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const server = await startHttpFs(join(directory, 'servers'));
    ({ stop } = server);
    const { nameNode, gateway: address, user } = server.address;
    const client = (url: string) => createHdfs({ urls: [url], user, log: silentLog, patienceMs: 0 });
    [direct, gateway] = [client(nameNode), client(address)];
  });

  after(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is read from: status, texts, files of any length', async () => {
    for (const bytes of [0, 1, 300_000, 3_000_000]) {
      const [from, to] = [join(directory, 'from'), join(directory, 'to')];
      writeFileSync(from, randomBytes(bytes));
      await direct.upload(from, `/read/${bytes}`, { createParent: true });
      await gateway.download(`/read/${bytes}`, to);
      assert.ok(readFileSync(from).equals(readFileSync(to)), String(bytes));
    }
    await direct.writeText('/read/text', '안녕', { createParent: true });
    assert.equal(await gateway.readText('/read/text'), '안녕');
    assert.equal((await gateway.status('/read/1'))?.length, 1);
    assert.equal(await gateway.status('/nowhere'), undefined);
  });

  it('is read from: a directory of several pages', async () => {
    const names = Array.from({ length: MANY }, (_, number) => `/many/${String(number).padStart(5, '0')}`);
    await pMap(names, (name) => direct.mkdirs(name), { concurrency: 8 });
    assert.deepEqual(
      (await gateway.list('/many')).map(({ path }) => path),
      names,
    );
    assert.deepEqual(await gateway.list('/nowhere'), []);
  });

  it('is refused by set-up, because it cannot keep a former loader out', async () => {
    await checkHdfsRules(direct, '/lake');
    await assert.rejects(checkHdfsRules(gateway, '/lake'), {
      exitCode: 78,
      message: /found HttpFS, which cannot\. Set WEBHDFS_URL/,
    });
    assert.deepEqual(await direct.list('/lake/.scratch'), []);
  });
});
