import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { withTemporal } from '../../cli/temporal-client.ts';
import { readConfig } from '../../workers/config.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { certificateAuthority } from '../integration/certificates.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { workerProcesses } from './worker-process.ts';

const LOADER = fileURLToPath(new URL('../../workers/loader.ts', import.meta.url));

/** The development server has no TLS, so a proxy in front of it demands the certificate. */
describe('Temporal that demands a certificate', function () {
  this.timeout(60_000);
  const temporaryDirectory = temporaryDirectories();
  const start = workerProcesses();
  const authority = certificateAuthority();
  const other = certificateAuthority();
  const own = authority.issue('worker');
  const stranger = other.issue('worker');
  let address = '';
  const proxy = createServer(
    { ...authority.issue('temporal'), ca: authority.cert, requestCert: true, ALPNProtocols: ['h2'] },
    (client) => {
      const [host = '', port = ''] = address.split(':');
      const server = connect(Number(port), host);
      client.pipe(server).pipe(client);
      client.on('error', () => server.destroy());
      server.on('error', () => client.destroy());
    },
  );
  let secured = '';

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    ({ address } = await temporal());
    proxy.on('tlsClientError', () => {});
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    secured = `localhost:${(proxy.address() as AddressInfo).port}`;
  });
  after(() => proxy.close());

  function settings(files: { ca?: string; cert?: string; key?: string }): Record<string, string> {
    const directory = temporaryDirectory();
    const put = (name: string, content: string): string => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    return {
      DATA_DIR: directory,
      TEMPORAL_ADDRESS: secured,
      TEMPORAL_TLS: 'true',
      PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
      ...(files.ca === undefined ? {} : { TEMPORAL_TLS_SERVER_CA_CERT_PATH: put('ca', files.ca) }),
      ...(files.cert === undefined ? {} : { TEMPORAL_TLS_CLIENT_CERT_PATH: put('cert', files.cert) }),
      ...(files.key === undefined ? {} : { TEMPORAL_TLS_CLIENT_KEY_PATH: put('key', files.key) }),
    };
  }

  it('is used with its authority, our certificate and our key', async () => {
    const env = settings({ ca: authority.cert, ...own });
    const loader = await start(LOADER, env);
    await loader.stop();
    await withTemporal(readConfig(env), async (client) => {
      await client.workflowService.describeNamespace({ namespace: 'default' });
    });
  });

  for (const [what, files, finding] of [
    ['without a certificate', { ca: authority.cert }, /It demands a certificate: set TEMPORAL_TLS_CLIENT_CERT_PATH/],
    [
      'with a certificate of another authority',
      { ca: authority.cert, ...stranger },
      /CLIENT_KEY_PATH to a certificate that it accepts/,
    ],
    ['if its authority is another', { ca: other.cert, ...own }, /Set TEMPORAL_TLS_SERVER_CA_CERT_PATH/],
    ['with a certificate without a key', { ca: authority.cert, cert: own.cert }, /TEMPORAL_TLS_CLIENT_KEY_PATH/],
  ] as const)
    it(`is refused in one sentence ${what}`, async () => {
      const env = settings(files);
      const child = spawn(process.execPath, [LOADER], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const exit = once(child, 'exit');
      const asking = Promise.resolve()
        .then(() => withTemporal(readConfig(env), () => Promise.resolve()))
        .then(
          () => '',
          (error: Error) => error.message,
        );
      const [said, asked] = await Promise.all([text(child.stderr), asking, exit]);
      for (const sentence of [said.replace(/^loader: /, ''), asked]) {
        assert.match(sentence.trim(), finding);
        assert.equal(sentence.trim().split('\n').length, 1, sentence);
      }
    });
});
