import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { serversTimeoutMs, temporal } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';

const programs = {
  collector: fileURLToPath(new URL('../../workers/collector.ts', import.meta.url)),
  lingering: fileURLToPath(new URL('lingering-worker.ts', import.meta.url)),
};

describe('a worker process', function () {
  this.timeout(180_000);
  const temporaryDirectory = temporaryDirectories();
  let temporalAddress: string;
  let child: ChildProcess | undefined;
  let log: string;

  before(async function () {
    this.timeout(serversTimeoutMs);
    temporalAddress = (await temporal()).address;
  });

  afterEach(async () => {
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  async function startAndStop(program: string, more: Record<string, string>): Promise<void> {
    log = '';
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: 'default',
      PARAMETER_STORE_KEY: 'a key of 16 letters or more',
      DATA_DIR: temporaryDirectory(),
      ...more,
    };
    const running = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child = running;
    running.stderr.on('data', (bytes: Buffer) => (log += String(bytes)));
    await waitFor(
      'the worker to start',
      () => (assert.equal(running.exitCode, null, log), log.includes('worker started')),
      120_000,
    );
    const exit = once(running, 'exit');
    running.kill('SIGTERM');
    assert.equal((await exit)[0], 0, log);
  }

  it('of a collector starts and stops in order while no broker can be reached', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    assert.ok(address !== null && typeof address === 'object');
    await startAndStop(programs.collector, {
      KAFKA_BROKERS: `127.0.0.1:${address.port}`,
      TWITCH_CHAT_ANONYMOUS: 'yes',
    });
    assert.match(log, /worker stopped/);
  });

  it('ends after its work has ended, whatever still runs in it', async () => {
    await startAndStop(programs.lingering, {});
  });
});
