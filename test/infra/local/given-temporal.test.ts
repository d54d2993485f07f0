import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { hdfsServer, temporalServer } from '../../../infra/local/servers.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import { selfSigned } from '../../integration/certificates.ts';
import { hdfs, SERVERS_TIMEOUT_MS, temporal } from '../../integration/servers.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

describe('A server named by the environment', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  const set = environment();
  const options = () => ({ directory: directory(), log: silentProgress });
  let address = '';

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    ({ address } = await temporal());
    await hdfs();
  });

  it('is used as if empty and blank variables were not set', async () => {
    const { url, user } = await hdfs();
    for (const empty of ['', ' ']) {
      set({
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: empty,
        TEMPORAL_API_KEY: empty,
        TEMPORAL_TLS: empty,
        TEMPORAL_TLS_CLIENT_CERT_PATH: empty,
        TEMPORAL_TLS_SERVER_NAME: empty,
        TEMPORAL_PROFILE: empty,
        TEMPORAL_CONFIG_FILE: empty,
        WEBHDFS_URL: url,
        HDFS_USER: empty,
      });
      assert.equal((await temporalServer(options())).address.address, address);
      // An empty HDFS_USER means hdfs, who may not write: the owner of a local lake has a random name.
      assert.notEqual(user, 'hdfs');
      await assert.rejects(hdfsServer(options()), /403|Forbidden/);
    }
    set({ WEBHDFS_URL: url, HDFS_USER: ` ${user} ` });
    assert.equal((await hdfsServer(options())).address.user, user);
  });

  describe('behind TLS', () => {
    const { key, cert } = selfSigned();
    const proxy = createServer({ key, cert, ALPNProtocols: ['h2'] }, (client) => {
      const [host = '', port = ''] = address.split(':');
      const server = connectPlain(Number(port), host);
      client.pipe(server).pipe(client);
      for (const socket of [client, server])
        socket.on('error', () => client.destroy(server.destroy().errored ?? undefined));
    });
    let secured = '';
    before(async () => {
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      secured = `localhost:${(proxy.address() as AddressInfo).port}`;
    });
    after(() => proxy.close());

    function trusted(): string {
      const file = join(directory(), 'ca.pem');
      writeFileSync(file, cert);
      return file;
    }

    it('is used over TLS if the variables of Temporal say so', async () => {
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_TLS_SERVER_CA_CERT_PATH: trusted() });
      assert.equal((await temporalServer(options())).address.address, secured);
    });

    it('is used over TLS if there is an API key', async () => {
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_API_KEY: 'k', TEMPORAL_TLS_SERVER_CA_CERT_PATH: trusted() });
      assert.equal((await temporalServer(options())).address.address, secured);
    });

    it('is used with the settings of a profile', async () => {
      const file = join(directory(), 'temporal.toml');
      writeFileSync(file, `[profile.lake]\n[profile.lake.tls]\nserver_ca_cert_path = "${trusted()}"\n`);
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'lake' });
      assert.equal((await temporalServer(options())).address.address, secured);
    });

    it('is refused without TLS, with the name of the variable', async () => {
      set({ TEMPORAL_ADDRESS: secured });
      await assert.rejects(temporalServer(options()), {
        exitCode: 69,
        message: /^Expected the server at TEMPORAL_ADDRESS=localhost:\d+ to answer/,
      });
    });

    it('is refused in one sentence if a certificate cannot be read', async () => {
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem' });
      await assert.rejects(temporalServer(options()), {
        exitCode: 69,
        message: /TEMPORAL_ADDRESS.*\/nowhere\/ca\.pem/,
      });
    });
  });
});
