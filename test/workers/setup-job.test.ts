import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { waitFor } from '../integration/wait-for.ts';

const PROGRAM = join(import.meta.dirname, '../../workers/setup-job.ts');

/** A successful set-up is tested with the containers. */
describe('the process of set-up', function () {
  this.timeout(120_000);
  const directory = temporaryDirectories();
  const running: ChildProcess[] = [];
  afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

  function start(more: Record<string, string>) {
    const env = {
      ...process.env,
      DATA_DIR: directory(),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
      ...more,
    };
    const child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes: Buffer) => (said.stdout += String(bytes)));
    child.stderr.on('data', (bytes: Buffer) => (said.stderr += String(bytes)));
    return { child, said };
  }

  it('waits for servers that do not answer yet, and ends with another code than 0 after SIGTERM', async () => {
    const { child, said } = start({});
    await waitFor('set-up to wait', () => /"msg":"set-up is not possible yet; trying again"/.test(said.stdout), 90_000);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [143, null]);
  });

  it('does not wait with a setting that is wrong', async () => {
    const { child, said } = start({ KAFKA_BROKERS: 'nonsense' });
    assert.deepEqual(await once(child, 'close'), [78, null]);
    assert.match(said.stderr, /^setup: KAFKA_BROKERS is invalid: [^\n]*\n$/);
  });
});
