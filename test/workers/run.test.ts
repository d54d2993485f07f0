import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { serversTimeoutMs, temporal } from '../integration/servers.ts';
import { workerProcesses } from './worker-process.ts';

const programs = {
  collector: fileURLToPath(new URL('../../workers/collector.ts', import.meta.url)),
  lingering: fileURLToPath(new URL('lingering-worker.ts', import.meta.url)),
};

describe('a worker process', function () {
  this.timeout(180_000);
  const temporaryDirectory = temporaryDirectories();
  const start = workerProcesses();

  before(async function () {
    this.timeout(serversTimeoutMs);
    await temporal();
  });

  it('of a collector starts and stops in order while no broker can be reached', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    assert.ok(address !== null && typeof address === 'object');
    const collector = await start(programs.collector, {
      DATA_DIR: temporaryDirectory(),
      KAFKA_BROKERS: `127.0.0.1:${address.port}`,
      TWITCH_CHAT_ANONYMOUS: 'yes',
    });
    await collector.stop();
    assert.match(collector.log(), /worker stopped/);
  });

  it('ends with 73 and a sentence where its data directory cannot be made', async () => {
    const env = { ...process.env, DATA_DIR: '/proc/foo', PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };
    const child = spawn(process.execPath, [programs.collector], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    assert.equal(child.exitCode, 73);
    assert.match(said, /^collector: Expected DATA_DIR \(\/proc\/foo\) to be a directory .*\n$/);
  });

  it('ends after its work has ended, whatever still runs in it', async () => {
    const lingering = await start(programs.lingering, { DATA_DIR: temporaryDirectory() });
    await lingering.stop();
  });
});
