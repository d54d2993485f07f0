import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../integration/wait-for.ts';
import { ask } from '../infra/parameter-store/running-store.ts';
import { key } from '../infra/parameter-store/running-store.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

const PROGRAM = join(import.meta.dirname, '../../workers/parameter-store.ts');

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
    const url = async (): Promise<string> => {
      await waitFor('the address', () => lines().some((line) => line.url !== undefined));
      return lines().find((line) => line.url !== undefined)?.url ?? '';
    };
    return { child, said, lines, url };
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
    const second = start(place);
    await waitFor('the second to wait', () => second.lines().some(({ msg }) => /waiting for another/.test(msg)));
    assert.equal(
      second.lines().find((line) => line.url !== undefined),
      undefined,
    );
    first.child.kill('SIGTERM');
    assert.equal((await fetch(`${await second.url()}/healthz`)).status, 200);
  });

  it('exits with one sentence and code 78 without a key for secrets', async () => {
    const store = start(directory(), { PARAMETER_STORE_ENCRYPTION_KEY: '' });
    assert.deepEqual(await once(store.child, 'close'), [78, null]);
    assert.match(store.said.stderr, /^parameter-store: Expected PARAMETER_STORE_ENCRYPTION_KEY or [^\n]*\n$/);
    assert.equal(store.said.stdout, '');
  });
});
