import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { hdfsServer, temporalServer } from '../../../infra/local/servers.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import { selfSigned } from '../../activities/irc/self-signed.ts';
import { hdfs, serversTimeoutMs, temporal } from '../../integration/servers.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

describe('A server that is given', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  const set = environment();
  const options = () => ({ directory: directory(), log: silentProgress });
  let address = '';

  before(async function () {
    this.timeout(serversTimeoutMs);
    ({ address } = await temporal());
    await hdfs();
  });

  it('is asked as if variables that are empty, or hold nothing but space, were not set', async () => {
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
      // The owner of a local lake has a name that nobody guesses; hdfs may not write there, and that is who an empty variable means.
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

    it('is asked over TLS where the variables of Temporal say so', async () => {
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_TLS_SERVER_CA_CERT_PATH: trusted() });
      assert.equal((await temporalServer(options())).address.address, secured);
    });

    it('is asked over TLS where there is an API key, which brings TLS along', async () => {
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_API_KEY: 'k', TEMPORAL_TLS_SERVER_CA_CERT_PATH: trusted() });
      assert.equal((await temporalServer(options())).address.address, secured);
    });

    it('is asked as a profile says', async () => {
      const file = join(directory(), 'temporal.toml');
      writeFileSync(file, `[profile.lake]\n[profile.lake.tls]\nserver_ca_cert_path = "${trusted()}"\n`);
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'lake' });
      assert.equal((await temporalServer(options())).address.address, secured);
    });

    it('is refused without it, and the variable is named', async () => {
      set({ TEMPORAL_ADDRESS: secured });
      await assert.rejects(temporalServer(options()), {
        exitCode: 69,
        message: /^Expected the server at TEMPORAL_ADDRESS=localhost:\d+ to answer/,
      });
    });

    it('is refused in one sentence where a certificate cannot be read', async () => {
      set({ TEMPORAL_ADDRESS: secured, TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nowhere/ca.pem' });
      await assert.rejects(temporalServer(options()), {
        exitCode: 69,
        message: /TEMPORAL_ADDRESS.*\/nowhere\/ca\.pem/,
      });
    });
  });
});
