import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../common/free-port.ts';
import { waitFor } from '../integration/wait-for.ts';
import { ask } from '../infra/parameter-store/running-store.ts';
import { key } from '../infra/parameter-store/running-store.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { firesLater } from '../infra/monitoring/later.ts';
import { readPage } from './page.ts';
import type { Page } from './page.ts';

const PROGRAM = join(import.meta.dirname, '../../workers/parameter-store.ts');

/** promtool may be missing: then the pages alone are looked at. */
const fires = (alert: string, ...pages: [Page, Page]): boolean => firesLater(alert, { pages }) ?? true;

describe('the process of the parameter store', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  const running: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  function start(dataDirectory: string, more: Record<string, string> = {}) {
    const env = {
      ...process.env,
      DATA_DIR: dataDirectory,
      PARAMETER_STORE_LISTEN: '127.0.0.1:0',
      PARAMETER_STORE_KEY: key,
      PARAMETER_STORE_ENCRYPTION_KEY: '0f'.repeat(32),
      ...more,
    };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes: Buffer) => (said.stdout += String(bytes)));
    child.stderr.on('data', (bytes: Buffer) => (said.stderr += String(bytes)));
    const lines = () =>
      said.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { msg: string; url?: string });
    const listening = () => lines().find(({ msg }) => msg === 'parameter store listens');
    const url = async (): Promise<string> => {
      await waitFor('the address', () => listening() !== undefined);
      return listening()?.url ?? '';
    };
    return { child, said, lines, listening, url };
  }

  /** A store with probes. A free port may be taken before the store uses it; then the next one is tried. */
  async function startWithProbes(dataDirectory: string, more: Record<string, string> = {}) {
    for (;;) {
      const address = `127.0.0.1:${await freePort()}`;
      const store = start(dataDirectory, { ...more, METRICS_ADDRESS: address });
      const said = /metrics and probes served|Expected METRICS_ADDRESS/;
      await waitFor('probes', () => store.lines().some(({ msg }) => said.test(msg)));
      const readiness = async () => {
        const answer = await fetch(`http://${address}/readyz`);
        return { status: answer.status, text: (await answer.text()).trim() };
      };
      const untilReady = (text: RegExp) =>
        waitFor(`${text} of /readyz`, async () => {
          const answer = await readiness();
          return text.test(answer.text) && answer;
        });
      if (store.lines().some(({ msg }) => msg.startsWith('metrics and probes')))
        return { ...store, address, untilReady };
      store.child.kill('SIGKILL');
    }
  }

  it('serves parameters, logs JSON lines only, and ends with code 0 after SIGTERM', async () => {
    const store = start(directory());
    const url = await store.url();
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    assert.equal((await ask(url, 'PUT', 'value', { body: '"new"' })).status, 201);
    store.child.kill('SIGTERM');
    assert.deepEqual(await once(store.child, 'exit'), [0, null]);
    assert.equal(store.lines().at(-1)?.msg, 'stopped');
    assert.equal(store.said.stderr, '');
  });

  it('keeps values and secrets over kill -9, in DATA_DIR', async () => {
    const place = directory();
    const first = start(place);
    const secret = '{"accessToken":"a"}';
    assert.equal((await ask(await first.url(), 'PUT', 'secrets/mine', { body: secret })).status, 201);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const second = start(place);
    assert.equal((await ask(await second.url(), 'GET', 'secrets/mine')).text.trim(), secret);
    assert.match(readFileSync(join(place, 'parameters/secrets/mine.json'), 'utf8'), /"sealed":"AES-256-GCM"/);
  });

  it('waits while another store uses the directory', async () => {
    const place = directory();
    const first = start(place);
    await first.url();
    const second = await startWithProbes(place);
    await waitFor('the second to wait', () => second.lines().some(({ msg }) => /waiting for another/.test(msg)));
    assert.equal(second.listening(), undefined);
    assert.equal((await second.untilReady(/^it is starting$/)).status, 503);
    first.child.kill('SIGTERM');
    assert.equal((await fetch(`${await second.url()}/healthz`)).status, 200);
  });

  it('tells Kubernetes and Prometheus how it is, without a key', async () => {
    const store = await startWithProbes(directory());
    const url = await store.url();
    assert.equal((await store.untilReady(/^ready$/)).status, 200);
    assert.equal((await fetch(`http://${store.address}/healthz`)).status, 200);
    await ask(url, 'PUT', 'config/mine', { body: '"value"' });
    await ask(url, 'GET', 'config/none');
    await ask(url, 'GET', 'config/mine', { headers: { authorization: 'Bearer another-key-altogether' } });
    const page = await waitFor('the answers to be counted', async () => {
      const read = await readPage(store.address);
      return read.sum('chatlake_parameter_requests_total') >= 3 && read;
    });
    const requests = (labels: Record<string, string>) => page.sum('chatlake_parameter_requests_total', labels);
    assert.equal(requests({ client: 'operator', method: 'PUT', status: '201' }), 1);
    assert.equal(requests({ client: 'operator', method: 'GET', status: '404' }), 1);
    assert.equal(requests({ client: '', status: '401' }), 1);
    assert.equal(page.sum('chatlake_parameter_write_failed'), 0);
    assert.ok(page.sum('chatlake_disk_free_bytes') > 0);
    const text = await (await fetch(`http://${store.address}/metrics`)).text();
    assert.doesNotMatch(text, /config|mine|none|another-key/);
    store.child.kill('SIGTERM');
    assert.deepEqual(await once(store.child, 'exit'), [0, null]);
  });

  it('counts what it has when it starts', async () => {
    const place = directory();
    const first = start(place);
    for (const path of ['a', 'b/c', 'secrets/d']) await ask(await first.url(), 'PUT', path, { body: '"value"' });
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    const second = await startWithProbes(place, { PARAMETER_STORE_ENCRYPTION_KEY: '0a'.repeat(32) });
    const page = await waitFor('the survey', async () => {
      const read = await readPage(second.address);
      return read.has('chatlake_parameters') && read;
    });
    assert.equal(page.sum('chatlake_parameters'), 3);
    assert.ok(page.sum('chatlake_parameter_bytes') > 'secrets are longer than their values'.length);
    assert.equal(page.sum('chatlake_parameter_unreadable_secrets'), 1);
    assert.ok(fires('ChatlakeSecretsUnreadable', page, page));
  });

  it('makes an alert fire while somebody tries keys', async () => {
    const store = await startWithProbes(directory());
    const url = await store.url();
    const calm = await readPage(store.address);
    for (let count = 0; count < 100; count++)
      await ask(url, 'GET', 'config/mine', { headers: { authorization: `Bearer a-wrong-key-with-number-${count}` } });
    const page = await waitFor('the refused requests to be counted', async () => {
      const read = await readPage(store.address);
      return read.sum('chatlake_parameter_requests_total', { status: '429' }) === 40 && read;
    });
    assert.equal(page.sum('chatlake_parameter_requests_total', { status: '401' }), 60);
    assert.ok(fires('ChatlakeRequestsRefused', calm, page));
    assert.notEqual(firesLater('ChatlakeRequestsRefused', { pages: [calm, calm] }), true);
  });

  it('is not ready while it cannot write, and does not say where', async () => {
    const place = directory();
    const store = await startWithProbes(place);
    const url = await store.url();
    rmSync(join(place, 'parameters'), { recursive: true });
    const { status, text } = await store.untilReady(/^Expected the store’s directory to be writable/);
    assert.equal(status, 503);
    assert.ok(!text.includes(place), text);
    assert.equal((await fetch(`${url}/healthz`)).status, 503);
    assert.equal((await fetch(`http://${store.address}/healthz`)).status, 200);
  });

  it('is not ready with another encryption key than that of its secrets', async () => {
    const place = directory();
    const first = start(place);
    await ask(await first.url(), 'PUT', 'secrets/twitch/mine', { body: '"token"' });
    first.child.kill('SIGTERM');
    await once(first.child, 'exit');
    const keys = { PARAMETER_STORE_ENCRYPTION_KEY: '0a'.repeat(32) };
    const second = await startWithProbes(place, keys);
    const url = await second.url();
    const { status, text } = await second.untilReady(/ENCRYPTION_KEY to be the key of the secrets, .* none of 1\./);
    assert.equal(status, 503);
    assert.ok(!text.includes('mine') && !text.includes('0a0a'), text);
    await ask(url, 'PUT', 'secrets/twitch/mine', { body: '"new token"' });
    await second.untilReady(/^ready$/);
  });

  it('exits with one sentence and code 78 without a key for secrets', async () => {
    const store = start(directory(), { PARAMETER_STORE_ENCRYPTION_KEY: '' });
    assert.deepEqual(await once(store.child, 'close'), [78, null]);
    assert.match(store.said.stderr, /^parameter-store: Expected PARAMETER_STORE_ENCRYPTION_KEY or [^\n]*\n$/);
    assert.equal(store.said.stdout, '');
  });
});
