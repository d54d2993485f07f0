import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../common/free-port.ts';
import { SERVERS_TIMEOUT_MS, temporal } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { workerProcesses } from './worker-process.ts';

const worker = fileURLToPath(new URL('metrics-worker.ts', import.meta.url));

describe('a worker with METRICS_ADDRESS', function () {
  this.timeout(180_000);
  const start = workerProcesses();

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    await temporal();
  });

  it('serves the load status as gauges, and Temporal’s own metrics', async () => {
    // A free port may be taken before the worker uses it. The worker logs that, and the next port is tried.
    let ready = 0;
    const page = await waitFor(
      'a page of metrics',
      async () => {
        const address = `127.0.0.1:${await freePort()}`;
        const running = await start(worker, { METRICS_ADDRESS: address });
        const isServed = running.log().includes('metrics and probes served');
        const found = isServed ? await pageOf(address) : undefined;
        if (isServed) ready = await readyStatus(address);
        await running.stop();
        return found;
      },
      120_000,
    );
    for (const line of [
      '# TYPE chatlake_red_lag_lines gauge',
      'chatlake_red_lag_lines{partition="3",table="chat"} 7',
      'chatlake_red_tiling_faults{partition="3",table="chat"} 2',
      'chatlake_red_gap_lines{partition="3",table="chat"} 40',
    ]) {
      assert.ok(page.split('\n').includes(line), `${line} in\n${page}`);
    }
    assert.match(page, /^chatlake_red_looked_at_seconds \d{10}$/m);
    assert.match(page, /^temporal_/m);
    assert.equal(ready, 200);
  });

  it('runs without metrics if the address is taken, and logs an error', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const running = await start(worker, { METRICS_ADDRESS: `127.0.0.1:${(taken.address() as AddressInfo).port}` });
      assert.match(running.log(), /Expected METRICS_ADDRESS to be a free address of this machine, got 127/);
      await running.stop();
    } finally {
      taken.close();
    }
  });
});

async function readyStatus(address: string): Promise<number> {
  return (await fetch(`http://${address}/readyz`)).status;
}

async function pageOf(address: string): Promise<string> {
  return waitFor('the page to have Temporal’s metrics', async () => {
    const page = await (await fetch(`http://${address}/metrics`)).text();
    return page.includes('\ntemporal_') && page;
  });
}
