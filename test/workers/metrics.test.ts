import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { usedMetrics } from '../infra/monitoring/used-metrics.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { temporalNamespace } from '../integration/temporal-namespace.ts';
import { waitFor } from '../integration/wait-for.ts';
import { createAllMetrics } from './all-metrics.ts';
import { readPage } from './page.ts';
import type { Page } from './page.ts';
import { pageName, recordingMeter } from './recording-meter.ts';
import { startWithMetrics, workerProcesses } from './worker-process.ts';

const worker = fileURLToPath(new URL('metrics-worker.ts', import.meta.url));

describe('a worker with METRICS_ADDRESS', function () {
  this.timeout(180_000);
  const start = workerProcesses();
  let place: Awaited<ReturnType<typeof temporalNamespace>>;
  let page: Page;
  let ready = 0;

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    place = await temporalNamespace('metrics');
  });

  after(() => place.connection.close());

  it('serves our metrics and Temporal’s own', async () => {
    const { client, namespace } = place;
    const workflow = client.workflow;
    const stuck = await workflow.start('stuck', { taskQueue: 'metrics', workflowId: 'stuck' });
    const mixed = await workflow.start('mixed', { taskQueue: 'metrics', workflowId: 'mixed' });
    const { address, worker: running } = await startWithMetrics(start, worker, { TEMPORAL_NAMESPACE: namespace });
    await mixed.result();
    page = await waitFor('the failed workflow task to be counted', async () => {
      const read = await readPage(address);
      return read.has('temporal_workflow_task_execution_failed_total') && read;
    });
    ready = (await fetch(`http://${address}/readyz`)).status;
    await stuck.terminate();
    await running.stop();
    assert.equal(ready, 200);
    const values = (name: string, labels: Record<string, string> = {}): number[] => page.values(name, labels);
    assert.deepEqual(values('chatlake_red_lag_lines', { table: 'chat', partition: '3' }), [7]);
    assert.deepEqual(values('chatlake_red_stored_until_seconds'), [1_764_079_200 + 365 * 86_400]);
    assert.deepEqual(values('chatlake_lines_received_total'), [9]);
    assert.deepEqual(values('chatlake_coverage_records_total', { kind: 'end' }), [0]);
    assert.deepEqual(values('chatlake_tile_commit_duration_seconds_sum'), [1.5]);
    assert.deepEqual(values('chatlake_token_expires_at_seconds', { account: 'chatlake' }), [Infinity]);
    assert.deepEqual(values('chatlake_token_refreshed_at_seconds', { account: 'second' }), [0]);
    assert.deepEqual(values('chatlake_token_usable', { account: 'second' }), [0]);
  });

  it('says when each activity last succeeded, and 0 for one that did not', () => {
    const succeededAt = (type: string): number | undefined =>
      page.values('chatlake_activity_succeeded_at_seconds', { activity_type: type })[0];
    const ageSeconds = Date.now() / 1000 - (succeededAt('works') ?? 0);
    assert.ok(ageSeconds >= -1 && ageSeconds < 180, String(ageSeconds));
    assert.equal(succeededAt('fails'), 0);
  });

  it('says how much space the disk has', () => {
    const [free = 0] = page.values('chatlake_disk_free_bytes');
    assert.ok(free > 0);
  });

  it('names each metric as the rules of the exporter say, with its type', () => {
    const { meter, metrics } = recordingMeter();
    createAllMetrics(meter, Date.now());
    assert.deepEqual(
      [...page.types].filter(([name]) => name.startsWith('chatlake_')).sort(),
      [...metrics.values()].map((metric) => [pageName(metric), metric.kind]).sort(),
    );
  });

  it('has each of Temporal’s metrics that a rule or the dashboard asks for', () => {
    const asked = usedMetrics().filter((name) => name.startsWith('temporal_'));
    assert.ok(asked.length > 0);
    assert.deepEqual(asked.filter((name) => !page.has(name)), []); // prettier-ignore
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
