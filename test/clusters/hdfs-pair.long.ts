import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { isHdfsError } from '../../activities/hdfs/error.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { renameSafely } from '../../activities/hdfs/safe-changes.ts';
import { silentLog } from '../../common/log.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { startHdfsPair } from './hdfs-pair.ts';
import type { HdfsPair } from './hdfs-pair.ts';

describe('HDFS with two NameNodes', function () {
  this.timeout(180_000);
  const directory = mkdtempSync(join(tmpdir(), 'hdfs-pair-'));
  let pair: HdfsPair;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    pair = await startHdfsPair(join(directory, 'hdfs'));
  });

  after(async () => {
    await pair.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const client = (first: 'nn1' | 'nn2', patienceMs = 60_000): Hdfs => {
    const { nn1, nn2 } = pair.urls;
    return createHdfs({ urls: first === 'nn1' ? [nn1, nn2] : [nn2, nn1], user: pair.user, log: silentLog, patienceMs });
  };

  it('is used through the active one, although the standby is asked first', async () => {
    for (const [name, call] of [
      ['mkdirs', (hdfs) => hdfs.mkdirs('/standby')],
      ['writeText', (hdfs) => hdfs.writeText('/standby/a', 'x', { createParent: false })],
      ['status', (hdfs) => hdfs.status('/standby/a')],
      ['readText', (hdfs) => hdfs.readText('/standby/a')],
      ['list', (hdfs) => hdfs.list('/standby')],
      ['rename', (hdfs) => hdfs.rename('/standby/a', '/standby/b')],
      ['remove', (hdfs) => hdfs.remove('/standby/b')],
    ] as [string, (hdfs: Hdfs) => Promise<unknown>][]) {
      await assert.doesNotReject(call(client('nn2', 0)), name);
    }
  });

  it('says so if both are standbys', async () => {
    await pair.deactivate('nn1');
    await assert.rejects(client('nn1', 0).status('/'), { kind: 'unavailable', message: /StandbyException/ });
    await pair.activate('nn1');
  });

  it('loses and doubles no file when the active one is killed while files are committed', async () => {
    const hdfs = client('nn1');
    await hdfs.mkdirs('/tiles');
    const committed: string[] = [];
    /** A broken upload is left behind, and made again under another name. */
    const upload = async (text: string): Promise<string> => {
      const path = `/epoch/${crypto.randomUUID()}`;
      try {
        await hdfs.writeText(path, text, { createParent: true });
        return path;
      } catch (error) {
        if (!isHdfsError(error, 'lost', 'broken')) throw error;
        return upload(text);
      }
    };
    let isStopping = false;
    const committing = (async () => {
      for (let number = 0; !isStopping; number++) {
        const name = `tile-${number}`;
        const uploaded = await upload(name);
        await renameSafely(hdfs, uploaded, `/tiles/${name}`, name.length);
        committed.push(name);
      }
    })();
    committing.catch(() => {});
    const more = async (count: number): Promise<void> => {
      const goal = committed.length + count;
      while (committed.length < goal)
        await Promise.race([committing, new Promise((resolve) => setTimeout(resolve, 20))]);
    };
    await more(20);
    pair.kill('nn1');
    await pair.activate('nn2');
    await more(20);
    await pair.deactivate('nn2');
    await pair.activate('nn1');
    await more(20);
    isStopping = true;
    await committing;
    const found = (await hdfs.list('/tiles')).map(({ path }) => path.slice('/tiles/'.length));
    assert.deepEqual(found.sort(), committed.sort());
  });
});
