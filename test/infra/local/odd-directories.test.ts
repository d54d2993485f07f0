import assert from 'node:assert/strict';
import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHdfsServer } from '../../../infra/local/hdfs-server.ts';
import { startKafkaServer } from '../../../infra/local/kafka-server.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import { startLocalServers } from '../../../infra/local/servers.ts';
import { startTemporalServer } from '../../../infra/local/temporal-server.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

describe('local servers in a directory of any name', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();
  const set = environment();

  /** Starts, stops and starts again: the second start must find the data of the first. */
  async function twice(start: () => Promise<{ stop: () => Promise<void> }>): Promise<void> {
    for (let time = 0; time < 2; time += 1) await (await start()).stop();
  }

  const names = ['100%, %20s a:b', '데이터;*=#&<>"$x\\n', 'new\nline?~'];
  for (const name of names) {
    it(`${JSON.stringify(name)}, in a shell without UTF-8`, async () => {
      set({ LANG: 'C', LC_ALL: 'C', LC_CTYPE: 'POSIX' });
      const place = join(directory(), name);
      const options = (server: string) => ({ directory: join(place, server), log: silentProgress });
      await twice(() => startKafkaServer(options('kafka')));
      await twice(() => startHdfsServer(options('hdfs')));
      await twice(() => startTemporalServer(options('temporal')));
      assert.ok(existsSync(join(place, 'kafka', 'data', 'meta.properties')));
      assert.ok(existsSync(join(place, 'hdfs', 'datanode', 'current')));
      assert.ok(existsSync(join(place, 'temporal', 'temporal.db')));
    });
  }

  it('a single quote is refused for HDFS only, before anything is written', async () => {
    const place = directory();
    set({ WEBHDFS_URL: undefined });
    const quoted = join(place, "O'Brien");
    await assert.rejects(startLocalServers({ directory: quoted, log: silentProgress }), {
      exitCode: 73,
      message: new RegExp(`^Expected the directory of the local HDFS to have no ' in its path, found ${quoted}\\. Set`),
    });
    assert.deepEqual(readdirSync(place), []);
    await twice(() => startKafkaServer({ directory: quoted, log: silentProgress }));
    symlinkSync(quoted, join(place, 'link'));
    await assert.rejects(startHdfsServer({ directory: join(place, 'link'), log: silentProgress }), /found .*O'Brien/);
  });

  it('a file in place of a directory is refused', async () => {
    const place = directory();
    writeFileSync(join(place, 'file'), '');
    await assert.rejects(startKafkaServer({ directory: join(place, 'file', 'x'), log: silentProgress }), {
      exitCode: 73,
    });
  });
});

describe('local servers, with a proxy that does not answer', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();
  const set = environment();

  it('start and answer: requests to this machine bypass the proxy', async () => {
    const proxy = 'http://127.0.0.1:9';
    for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'])
      set({ [name]: proxy, [name.toUpperCase()]: proxy });
    set({ NO_PROXY: undefined, no_proxy: undefined, no_grpc_proxy: undefined });
    set({ TEMPORAL_ADDRESS: undefined, KAFKA_BROKERS: undefined, WEBHDFS_URL: undefined });
    const servers = await startLocalServers({ directory: directory(), log: silentProgress, startTimeoutMs: 60_000 });
    await servers.stop();
  });
});
