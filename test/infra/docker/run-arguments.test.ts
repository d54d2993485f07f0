import assert from 'node:assert/strict';
import { composeServices } from '../../../infra/docker/compose-file.ts';
import { runArguments } from '../../../infra/docker/run-arguments.ts';

describe('runArguments(service, place)', () => {
  const service = (name: string) => composeServices().get(name) ?? assert.fail(name);
  const place = { name: 'p-a', volumePrefix: 'p', env: {}, image: 'ours' };

  it('does what compose.yaml says: rights, volumes, restarts, time to stop, command', () => {
    const args = runArguments(service('collector'), place);
    for (const expected of [
      '--read-only',
      '--tmpfs=/tmp',
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--restart=unless-stopped',
      '--stop-timeout=75',
      '--network=host',
      '--volume=p-collector:/data',
      '--volume=p-collector-key:/keys/collector:ro',
      '--env=KAFKA_BROKERS=kafka:9092',
    ])
      assert.ok(args.includes(expected), expected);
    assert.deepEqual(args.slice(-2), ['ours', 'workers/collector.ts']);
  });

  it('replaces variables, and ports of health checks', () => {
    const env = { KAFKA_BROKERS: '127.0.0.1:1' };
    const args = runArguments(service('collector'), { ...place, env, healthUrl: 'http://127.0.0.1:2/metrics' });
    assert.deepEqual(
      args.filter((it) => it.startsWith('--env=KAFKA')),
      ['--env=KAFKA_BROKERS=127.0.0.1:1'],
    );
    assert.ok(args.includes('--health-cmd=["node","infra/docker/healthcheck.ts","http://127.0.0.1:2/metrics"]'));
    const store = runArguments(service('parameter-store'), { ...place, healthUrl: 'http://127.0.0.1:3/healthz' });
    assert.ok(store.includes('--health-cmd=["node","infra/docker/healthcheck.ts","http://127.0.0.1:3/healthz"]'));
    assert.ok(runArguments(service('setup'), place).includes('--no-healthcheck'));
  });

  it('publishes ports on the loopback address, and isolates what needs no network', () => {
    const site = runArguments(service('site'), { ...place, publish: { 8080: 1234 } });
    assert.ok(site.includes('--publish=127.0.0.1:1234:8080') && !site.some((it) => it.startsWith('--network')));
    assert.ok(runArguments(service('keys'), place).includes('--network=none'));
  });
});
