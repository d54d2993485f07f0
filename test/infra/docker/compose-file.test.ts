import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { composeServices } from '../../../infra/docker/compose-file.ts';
import { ROLES } from '../../../infra/setup/parameter-access.ts';
import { TokenBook } from '../../../infra/twitch-simulator/tokens.ts';
import { readConfig, VARIABLE_NAMES } from '../../../workers/config.ts';
import { ORCHESTRATOR_NODE_OPTIONS } from '../../../workers/node-options.ts';
import { COMPOSE_NAMES, TEMPORAL_NAMES } from '../../../workers/variable-names.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const textOf = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const servicesIn = (path: string) =>
  (parse(textOf(path), { merge: true }) as { services: Record<string, { environment?: Record<string, string> }> })
    .services;

describe('infra/compose.yaml', () => {
  const services = composeServices();

  it('runs each process of ours once, and the simulator only with the profile demo', () => {
    const names = [
      'keys',
      'parameter-store',
      'setup',
      'orchestrator',
      'collector',
      'loader',
      'refiner',
      'site',
      'simulator',
    ];
    assert.deepEqual([...services.keys()], names);
    for (const [name, { profiles }] of services) assert.deepEqual(profiles, name === 'simulator' ? ['demo'] : [], name);
  });

  it('names programs that exist', () => {
    for (const [name, { command }] of services) {
      const program = command.find((it) => it.endsWith('.ts'));
      if (name !== 'site')
        assert.ok(program !== undefined && existsSync(join(PROJECT, program)), `${name}: ${program}`);
    }
    assert.deepEqual(services.get('orchestrator')?.command.slice(0, -1), ORCHESTRATOR_NODE_OPTIONS);
  });

  it('sets only variables that the processes read, to valid values', () => {
    for (const [name, { environment }] of services) {
      for (const variable of Object.keys(environment))
        assert.ok([...VARIABLE_NAMES, ...TEMPORAL_NAMES].includes(variable), `${variable} of ${name}`);
      readConfig({
        ...environment,
        PARAMETER_STORE_KEY: 'x'.repeat(16),
        PARAMETER_STORE_ENCRYPTION_KEY: '0'.repeat(64),
      });
    }
  });

  it('asks for no variable that `make up` would refuse in the same .env', () => {
    const asked = ['infra/compose.yaml', 'infra/compose.twitch.yaml', 'infra/compose.clusters.yaml'].flatMap((path) => [
      ...textOf(path).matchAll(/\$\{(\w+)/g),
    ]);
    const known: readonly string[] = [...VARIABLE_NAMES, ...TEMPORAL_NAMES, ...COMPOSE_NAMES];
    for (const [, name = ''] of asked) assert.ok(known.includes(name), name);
    for (const name of COMPOSE_NAMES)
      assert.ok(
        asked.some((it) => it[1] === name),
        name,
      );
  });

  it('gives the pipeline the credentials of the simulator', () => {
    const { clientId, clientSecret } = new TokenBook(1, Date.now);
    const { TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET } = services.get('orchestrator')?.environment ?? {};
    assert.deepEqual([TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET], [clientId, clientSecret]);
  });

  it('gives each process only the secrets that it needs', () => {
    const keys = (name: string) =>
      Object.entries(services.get(name)?.environment ?? {}).flatMap(([variable, value]) =>
        /KEY|SECRET/.test(variable) ? [`${variable} ${value}`] : [],
      );
    for (const role of ROLES) {
      const secret = role === 'orchestrator' ? 1 : 0;
      assert.equal(keys(role).length, 1 + secret, role);
      assert.ok(keys(role).includes(`PARAMETER_STORE_KEY_FILE /keys/${role}/key`), role);
      assert.deepEqual(
        services.get(role)?.volumes.filter((it) => it.includes('/keys')),
        [`${role}-key:/keys/${role}:ro`],
      );
    }
    const operator = 'PARAMETER_STORE_KEY_FILE /keys/operator/key';
    assert.deepEqual(keys('setup'), [operator]);
    assert.deepEqual(keys('parameter-store'), [operator, 'PARAMETER_STORE_ENCRYPTION_KEY_FILE /keys/encryption/key']);
    for (const name of ['site', 'simulator'])
      assert.deepEqual(services.get(name)?.volumes.join().includes('key'), false);
  });

  it('publishes ports on the loopback address only', () => {
    const published = textOf('infra/compose.yaml').match(/^ +ports: .*$/gm) ?? [];
    assert.ok(published.length > 0);
    for (const line of published) assert.match(line, /^ +ports: \['127\.0\.0\.1:[^']+'\]$/);
  });

  it('gives every volume that it uses, and each worker one of its own', () => {
    const file = parse(textOf('infra/compose.yaml'), { merge: true }) as { volumes: object };
    const used = Object.values(servicesIn('infra/compose.yaml') as Record<string, { volumes?: string[] }>).flatMap(
      ({ volumes = [] }) => volumes.map((it) => it.split(':')[0] ?? ''),
    );
    assert.deepEqual([...new Set(used)].sort(), Object.keys(file.volumes).sort());
    const data = [...services.values()].flatMap(({ volumes }) => volumes.filter((it) => /:\/data$/.test(it)));
    assert.equal(new Set(data).size, data.length);
  });
});

describe('infra/compose.twitch.yaml', () => {
  it('replaces what compose.yaml says about the simulator, in the same services', () => {
    const twitch = servicesIn('infra/compose.twitch.yaml');
    assert.deepEqual(Object.keys(twitch), ['setup', 'orchestrator', 'collector']);
    for (const [name, { environment = {} }] of Object.entries(twitch)) {
      const simulated = Object.entries(composeServices().get(name)?.environment ?? {}).flatMap(([variable]) =>
        variable.startsWith('TWITCH_') && variable !== 'TWITCH_ACCOUNTS' ? [variable] : [],
      );
      assert.deepEqual(Object.keys(environment).sort(), simulated.sort());
    }
  });
});

describe('the Dockerfiles', () => {
  const files = ['infra/docker/Dockerfile', 'infra/docker/site.Dockerfile'].map(textOf);

  it('name base images by an exact version, which compose.yaml pins by digest', () => {
    const bases = new Set(
      files.flatMap((it) => [...it.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, base = '']) => base)),
    );
    assert.equal(bases.size, 2);
    for (const base of bases) {
      assert.match(base, /:\d+\.\d+\.\d+-/);
      assert.match(textOf('infra/compose.yaml'), new RegExp(`${base.replaceAll('.', '\\.')}@sha256:[\\da-f]{64}\\}`));
    }
    const [, wanted] = /^wanted=(\S+)$/m.exec(textOf('infra/local/node.sh')) ?? [];
    assert.ok(
      [...bases].some((base) => base.includes(`/node:${wanted}-`)),
      `Node ${wanted}`,
    );
  });

  it('need no shell and no rights at run time', () => {
    for (const file of files) {
      const last = file.slice(file.lastIndexOf('\nFROM '));
      for (const instruction of ['ENTRYPOINT', 'CMD']) assert.match(last, new RegExp(`^${instruction} \\[.*\\]$`, 'm'));
      assert.match(last, /^HEALTHCHECK .* CMD \[.*\]$/m);
      assert.match(last, /^USER (?!0)\d+:\d+$/m);
      assert.match(last, /^STOPSIGNAL SIG\w+$/m);
    }
  });
});
