import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { silentLog } from '../../../common/log.ts';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import { parametersOf } from '../../../workers/clients.ts';
import { readConfig } from '../../../workers/config.ts';
import { storeTlsOf } from '../../../workers/store-tls.ts';
import { certificateAuthority } from '../../integration/certificates.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { temporaryDirectories } from '../local/temporary-directory.ts';
import { encryptionKey, key } from './running-store.ts';

describe('the parameter store with PARAMETER_STORE_TLS_CERT_FILE and PARAMETER_STORE_TLS_KEY_FILE', () => {
  const temporaryDirectory = temporaryDirectories();
  const authority = certificateAuthority();

  async function secureStore() {
    const directory = temporaryDirectory();
    const put = (name: string, content: string): string => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    const own = authority.issue('store');
    const env = {
      PARAMETER_STORE_KEY: key,
      PARAMETER_STORE_TLS_CERT_FILE: put('cert.pem', own.cert),
      PARAMETER_STORE_TLS_KEY_FILE: put('key.pem', own.key),
    };
    const { url, stop } = await startParameterStore({
      directory: join(directory, 'store'),
      key,
      encryptionKey,
      host: '127.0.0.1',
      port: 0,
      tls: storeTlsOf(readConfig(env)),
      log: silentLog,
    });
    const clientWith = (ca: string) =>
      parametersOf(
        readConfig({
          PARAMETER_STORE_KEY: key,
          PARAMETER_STORE_URL: url,
          PARAMETER_STORE_TLS_CA_FILE: put('ca.pem', ca),
        }),
      );
    return { url, stop, clientWith };
  }

  it('serves HTTPS, and clients with its authority use it', async () => {
    const { url, stop, clientWith } = await secureStore();
    assert.match(url, /^https:/);
    const parameters = clientWith(authority.cert);
    await parameters.put('config/a', { b: 1 });
    assert.deepEqual((await parameters.get('config/a', z.object({ b: z.number() })))?.value, { b: 1 });
    await stop();
  });

  it('is refused by clients with another authority, which do not send the key', async () => {
    const { stop, clientWith } = await secureStore();
    await assert.rejects(clientWith(certificateAuthority().cert).list(''), {
      kind: 'unavailable',
      message: /certificate.* Set PARAMETER_STORE_TLS_CA_FILE/,
    });
    await stop();
  });

  it('keeps a client with a key, although hundreds without one occupy connections', async () => {
    const { url, stop } = await secureStore();
    const agent = new Agent({ keepAlive: true, ca: authority.cert });
    const request = get(`${url}/v1/parameters?prefix=`, { agent, headers: { authorization: `Bearer ${key}` } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const { socket } = response;
    response.resume();
    await once(response, 'end');
    assert.equal(response.statusCode, 200);

    const { port } = new URL(url);
    let refused = 0;
    const strangers = Array.from({ length: 300 }, () => connect(Number(port), '127.0.0.1'));
    for (const stranger of strangers) stranger.on('error', () => {}).on('close', () => refused++);
    await waitFor('some to be refused', () => refused > 0);
    assert.equal(socket.destroyed, false);
    for (const stranger of strangers) stranger.destroy();
    agent.destroy();
    await stop();
  });
});
