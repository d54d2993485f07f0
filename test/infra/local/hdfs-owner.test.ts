import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import got from 'got';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import { ownerOf, startHdfsServer } from '../../../infra/local/hdfs-server.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import { silentLog } from '../../../common/log.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { temporaryDirectories } from './temporary-directory.ts';

describe('the owner of a local lake', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const temporaryDirectory = temporaryDirectories();

  it('has a random name that stays; hdfs for a lake of an earlier release', () => {
    const [made, old] = [temporaryDirectory(), temporaryDirectory()];
    assert.match(ownerOf(made), /^lake-[0-9a-f]{16}$/);
    assert.equal(ownerOf(made), ownerOf(made));
    mkdirSync(join(old, 'namenode'));
    assert.equal(ownerOf(old), 'hdfs');
  });

  it('cannot be impersonated by a web page: fsck deletes no file although a block is missing', async () => {
    const directory = join(temporaryDirectory(), 'hdfs');
    const { address, stop } = await startHdfsServer({ directory, log: silentProgress });
    try {
      const hdfs = createHdfs({ urls: [address.url], user: address.user, log: silentLog, patienceMs: 1 });
      await hdfs.writeText('/lake/tile', 'lines', { createParent: true });
      const blocks = readdirSync(join(directory, 'datanode'), { recursive: true, encoding: 'utf8' });
      for (const block of blocks.filter((path) => /blk_\d/.test(path))) rmSync(join(directory, 'datanode', block));
      const fsck = async (searchParams: Record<string, string>): Promise<string> =>
        (await got(`${address.url}/fsck`, { searchParams, headers, throwHttpErrors: false })).body;
      const headers = { 'user-agent': 'Mozilla/5.0', origin: 'http://elsewhere.invalid' };
      // A failed read reports the missing block to the NameNode.
      hdfs.readText('/lake/tile').catch(() => {});
      await waitFor('the block to be missed', async () =>
        /MISSING 1 blocks/.test(await fsck({ ugi: 'hdfs', path: '/lake' })),
      );
      for (const ugi of ['hdfs', 'root', 'dr.who', '']) await fsck({ ugi, path: '/lake', delete: '1' });
      assert.equal((await hdfs.status('/lake/tile'))?.length, 5);
    } finally {
      await stop();
    }
  });
});
