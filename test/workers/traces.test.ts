import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { drip, flood, startHostileServer } from '../activities/hostile-server.ts';
import type { HostileServer } from '../activities/hostile-server.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { temporalNamespace } from '../integration/temporal-namespace.ts';
import { waitFor } from '../integration/wait-for.ts';
import type { TokenStatus } from '../../workflows/token-refresh.ts';
import { startTraceCollector } from './trace-collector.ts';
import type { SentSpan, TraceCollector } from './trace-collector.ts';
import { tracedBundle, workflowBundle } from '../workflows/rig.ts';
import { workerProcesses } from './worker-process.ts';

const traced = fileURLToPath(new URL('traced-worker.ts', import.meta.url));
const orchestrator = fileURLToPath(new URL('../../workers/orchestrator.ts', import.meta.url));

/** Of a poll whose sweep fails once. */
const POLL = [
  'RunActivity:sweepStreams',
  'RunActivity:sweepStreams',
  'RunActivity:syncChats',
  'RunWorkflow:streamPoll',
  'StartActivity:sweepStreams',
  'StartActivity:syncChats',
];
const ATTRIBUTES = [
  ...['attempt', 'namespace', 'runId', 'run_id', 'taskQueue', 'temporalActivityId', 'temporalWorkflowId'],
  ...['workflowId', 'workflowType'],
];

describe('traces', function () {
  this.timeout(180_000);
  const start = workerProcesses();
  let place: Awaited<ReturnType<typeof temporalNamespace>>;
  let collector: TraceCollector;
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
  const hostile: HostileServer[] = [];

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    place = await temporalNamespace('traces');
    scratch = await temporaryDirectory('traces');
  });

  beforeEach(async () => {
    collector = await startTraceCollector();
  });

  afterEach(async () => {
    await collector.stop();
    for (const server of hostile.splice(0)) await server.stop();
  });

  after(async () => {
    await place.connection.close();
    await scratch.remove();
  });

  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    TEMPORAL_NAMESPACE: place.namespace,
    DATA_DIR: scratch.path,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...more,
  });
  const poll = async (workflowId: string): Promise<void> => {
    const memo = { said: 'a-secret 안녕' };
    await place.client.workflow.execute('streamPoll', { taskQueue: 'traced', workflowId, memo });
  };
  const spansOf = (id: string): SentSpan[] =>
    collector.spans.filter(
      ({ attributes }) => attributes['workflowId'] === id || attributes['temporalWorkflowId'] === id,
    );

  it('has one trace for each poll: the workflow, and each attempt of its activities', async () => {
    const worker = await start(traced, environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }));
    await poll('one');
    await poll('two');
    await worker.stop();
    const one = spansOf('one');
    assert.deepEqual(one.map(({ name }) => name).sort(), POLL);
    assert.deepEqual(new Set(one.map(({ traceId }) => traceId)).size, 1);
    const two = spansOf('two');
    assert.deepEqual(two.map(({ name }) => name).sort(), POLL.slice(1));
    assert.equal(new Set(collector.spans.map(({ traceId }) => traceId)).size, 2);
    assert.equal(collector.spans.length, one.length + two.length);
    // Traces may be switched on and off while a poll runs.
    const history = await place.client.workflow.getHandle('one').fetchHistory();
    assert.match(JSON.stringify(history), /_tracer-data/);
    for (const bundle of [await workflowBundle(), await tracedBundle()])
      await Worker.runReplayHistory({ workflowBundle: bundle }, history, 'one');

    const nameOf = (id: string): string | undefined => one.find(({ spanId }) => spanId === id)?.name;
    for (const { name, parentSpanId } of one) {
      const [kind, what] = name.split(':');
      const parent = { RunActivity: `StartActivity:${what}`, StartActivity: 'RunWorkflow:streamPoll' }[kind ?? ''];
      assert.equal(nameOf(parentSpanId), parent, name);
    }
    for (const { resource } of one) {
      assert.equal(resource['service.name'], 'chatlake-traced');
      assert.equal(resource['service.namespace'], 'chatlake');
    }
  });

  it('say nothing but which workflow and activity ran, when, and whether it failed', async () => {
    const worker = await start(traced, environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }));
    await poll('secret');
    await worker.stop();
    const spans = spansOf('secret');
    assert.equal(spans.length, POLL.length);
    const codes = spans.map(({ status }) => status.code ?? 0);
    assert.deepEqual(codes.sort(), [1, 1, 1, 1, 1, 2]);
    for (const { attributes, status, events, links } of spans) {
      assert.deepEqual(Object.keys(attributes).filter((key) => !ATTRIBUTES.includes(key)), []); // prettier-ignore
      assert.deepEqual([status.message, events, links], [undefined, [], []]);
    }
    for (const { body } of collector.requests) {
      for (const text of ['a-secret', '안녕', 'sdk-typescript', ' at ', 'a-key-of-16'])
        assert.ok(!body.includes(text), `a request says ${text}`);
    }
  });

  it('are asked for by the standard variables', async () => {
    const worker = await start(
      traced,
      environment({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/own/path`,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20key-of-the-collector',
        OTEL_SERVICE_NAME: 'my-name',
        OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
      }),
    );
    await poll('standard');
    await worker.stop();
    const [{ path, headers }] = collector.requests as [TraceCollector['requests'][number]];
    assert.deepEqual([path, headers.authorization], ['/own/path', 'Bearer key-of-the-collector']);
    assert.doesNotMatch(worker.log(), /key-of-the-collector/);
    const resource = collector.spans[0]?.resource ?? {};
    assert.deepEqual([resource['service.name'], resource['deployment.environment']], ['my-name', 'test']);
  });

  it('are sent compressed if that is asked for', async () => {
    const worker = await start(
      traced,
      environment({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }),
    );
    collector.status = 400;
    await poll('zipped');
    await worker.stop();
    const [{ path, headers, body }] = collector.requests as [TraceCollector['requests'][number]];
    assert.deepEqual([path, headers['content-encoding']], ['/v1/traces', 'gzip']);
    assert.deepEqual([...body.subarray(0, 2)], [0x1f, 0x8b]);
  });

  it('are not made by other workflows, or by queries', async () => {
    const worker = await start(traced, environment({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }));
    const other = await place.client.workflow.start('tokenRefresh', {
      ...{ taskQueue: 'traced', workflowId: 'token', args: [{ account: 'chatlake' }] },
    });
    const status = () => other.query<TokenStatus>('status');
    await waitFor('an activity to end', async () => (await status()).lastRefresh !== null);
    await poll('beside');
    await place.client.workflow.getHandle('beside').query('progress');
    await other.terminate();
    await worker.stop();
    assert.deepEqual(collector.spans.map(({ name }) => name).sort(), POLL);
  });

  it('are made by the orchestrator, and say nothing about what failed', async () => {
    const worker = await start(
      orchestrator,
      environment({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        TWITCH_CLIENT_ID: 'anid',
        TWITCH_CLIENT_SECRET: 'thesecretofthisapplication',
        PARAMETER_STORE_URL: 'http://127.0.0.1:1',
      }),
    );
    const started = await place.client.workflow.start('streamPoll', { taskQueue: 'orchestrate', workflowId: 'real' });
    await waitFor('an attempt to fail', () => spansOf('real').some(({ name }) => name === 'RunActivity:sweepStreams'));
    await started.cancel();
    await waitFor('the poll to end', () => spansOf('real').some(({ name }) => name === 'RunWorkflow:streamPoll'));
    await worker.stop();
    assert.equal(new Set(collector.spans.map(({ traceId }) => traceId)).size, 1);
    assert.ok(spansOf('real').some(({ name }) => name === 'StartActivity:sweepStreams'));
    for (const { resource } of collector.spans) assert.equal(resource['service.name'], 'chatlake-orchestrator');
    for (const { body } of collector.requests) assert.doesNotMatch(body.toString('latin1'), /thesecret|127\.0\.0\.1/);
  });

  it('are not made, and nothing is loaded for them, without the variable', async () => {
    const worker = await start(traced, environment());
    await poll('none');
    await worker.stop();
    assert.match(worker.log(), /"ofTraces":0\b/);
    assert.equal(collector.requests.length, 0);
    const { events } = await place.client.workflow.getHandle('none').fetchHistory();
    assert.doesNotMatch(JSON.stringify(events), /_tracer-data/);
  });

  describe('with a collector', () => {
    const SAID = /Expected the collector of traces at \S+ to take them, but ([^"]*?)\. They are dropped/g;

    /** Runs polls, and returns what the log says about the collector. The worker must end by itself. */
    async function findings(url: string, isFailing: () => boolean | Promise<boolean>): Promise<string[]> {
      const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
      const worker = await start(traced, environment(settings));
      for (let polls = 1; polls <= 3; polls += 1) await poll(`${crypto.randomUUID()}`);
      await waitFor('the collector to fail', isFailing);
      await waitFor('the log to say it', () => worker.log().search(SAID) >= 0);
      await poll('last-of-three');
      await worker.stop();
      return [...worker.log().matchAll(SAID)].map(([, finding]) => finding ?? '');
    }

    it('that is away, polls go on and the log says it once', async () => {
      const said = await findings('http://127.0.0.1:1', () => true);
      assert.deepEqual(said, ['connect ECONNREFUSED 127.0.0.1:1']);
    });

    for (const status of [301, 400, 500, 503])
      it(`that answers ${status}, polls go on and the log says it once`, async () => {
        collector.status = status;
        assert.deepEqual(await findings(collector.url, () => collector.requests.length > 1), [`it answered ${status}`]);
      });

    for (const [what, answer, finding] of [
      ['never answers', () => {}, /not complete after 500 ms/],
      ['answers for ever, slowly', (socket) => drip(socket, 20, 'HTTP/1.1 200 OK\r\n\r\n '), /./],
      [
        'breaks off its answer',
        (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx', () => socket.resetAndDestroy()),
        /CONTENT_LENGTH_MISMATCH|ECONNRESET|aborted/,
      ],
      ['does not speak HTTP', (socket) => socket.write('\x00\x00\x12\x04\x00\x00\x00\x00\x00'), /HPE_|Parse/],
      [
        'floods us',
        (socket) => (socket.write('HTTP/1.1 200 OK\r\n\r\n'), flood(socket, Buffer.alloc(65_536, 'x'))),
        /more than 65536 bytes came/,
      ],
    ] as const satisfies [string, Parameters<typeof startHostileServer>[0], RegExp][])
      it(`that ${what}, polls go on and the log says it once`, async () => {
        const server = await startHostileServer(answer);
        hostile.push(server);
        const said = await findings(server.url, () => server.connections() > 1);
        assert.equal(said.length, 1);
        assert.match(said[0] ?? '', finding);
        await waitFor('each connection to be closed', () => server.open() === 0);
      });

    it('that never answers, a worker does not wait for it at its end', async () => {
      const server = await startHostileServer(() => {});
      hostile.push(server);
      const worker = await start(traced, {
        ...environment({ OTEL_EXPORTER_OTLP_ENDPOINT: server.url }),
        ...{ OTEL_BSP_SCHEDULE_DELAY: '5000', OTEL_BSP_EXPORT_TIMEOUT: '600000', OTEL_EXPORTER_OTLP_TIMEOUT: '600000' },
      });
      await poll('held');
      await worker.stop();
      assert.ok(server.connections() > 0, 'the last spans were sent');
    });

    for (const status of [500, 'none'] as const)
      it(`that comes back after answers with ${status}, the log says it, and traces go on`, async () => {
        collector.status = status;
        const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
        const worker = await start(traced, environment(settings));
        await poll(`lost-${status}`);
        await waitFor('the log to say it', () => worker.log().search(SAID) >= 0);
        collector.status = 200;
        await poll(`found-${status}`);
        await worker.stop();
        assert.match(worker.log(), /the collector takes traces again/);
        assert.ok(spansOf(`found-${status}`).length > 0);
      });
  });
});
