import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SECRET_VARIABLES } from '../../common/secret-variables.ts';
import { VARIABLE_NAMES, readConfig } from '../../workers/config.ts';
import { MANIFESTS, manifestsIn } from './k8s/manifests.ts';
import { PROCESSES, processVariables } from './process-variables.ts';

/** Variables that no container gets, and why. */
const NOWHERE = new Map([
  ['DATA_DIR', 'the image sets it: a volume is there'],
  ['REPORT_DIR', 'the image sets it: a volume is there'],
  ['TEMPORAL_UI_URL', 'only the launcher of local servers reads it'],
  ['TEMPORAL_CODEC_ENDPOINT', 'only commands of Temporal read it'],
  ['TEMPORAL_CODEC_AUTH', 'only commands of Temporal read it'],
]);

const NOT_IN_COMPOSE = new Map([
  ['COLLECTORS', 'there is one collector'],
  ['REFINE_ENGINE', 'the image has no Spark'],
  ['SPARK_HOME', 'the image has no Spark'],
  ['SPARK_MASTER', 'the image has no Spark'],
  ['SPARK_PROPERTIES_FILE', 'the image has no Spark'],
  ['HDFS_URL', 'the image has no Spark'],
  ['TEMPORAL_API_KEY', 'it is a secret: the file TEMPORAL_CONFIG_FILE has it'],
  ['TEMPORAL_TLS_CLIENT_CERT_DATA', 'the same in a file: TEMPORAL_TLS_CLIENT_CERT_PATH'],
  ['TEMPORAL_TLS_CLIENT_KEY_DATA', 'the same in a file: TEMPORAL_TLS_CLIENT_KEY_PATH'],
  ['TEMPORAL_TLS_SERVER_CA_CERT_DATA', 'the same in a file: TEMPORAL_TLS_SERVER_CA_CERT_PATH'],
]);

const SECRETS: readonly string[] = [...SECRET_VARIABLES, 'TEMPORAL_API_KEY'];
/** A secret may be in a file instead. */
const orFile = (variable: string): string[] =>
  SECRETS.includes(variable.replace(/_FILE$/, ''))
    ? [variable.replace(/_FILE$/, ''), `${variable.replace(/_FILE$/, '')}_FILE`]
    : [variable];

type Environments = Record<string, { environment?: Record<string, string>; volumes?: string[] }>;

describe('the variables of each process', () => {
  const read = processVariables();

  it('are in the table of docs/deploying.md, each of them', () => {
    const named = new Set([...read.values()].flatMap((it) => [...it]));
    // Only the launcher and the site without nginx read it.
    assert.deepEqual(VARIABLE_NAMES.filter((name) => !named.has(name)), ['SITE_PORT']); // prettier-ignore
  });

  it('that no container gets are variables that a process reads', () => {
    const named = new Set([...read.values()].flatMap((it) => [...it]));
    for (const name of [...NOWHERE.keys(), ...NOT_IN_COMPOSE.keys()]) assert.ok(named.has(name), name);
  });

  describe('with Docker Compose', () => {
    const text = (name: string) => readFileSync(join(MANIFESTS, '..', name), 'utf8');
    const servicesOf = (name: string) =>
      (parse(text(name), { merge: true, logLevel: 'error' }) as { services: Environments }).services;
    const files = ['compose.yaml', 'compose.twitch.yaml', 'compose.clusters.yaml'].map(servicesOf);
    const passed = (name: string) => files.flatMap((it) => Object.keys(it[name]?.environment ?? {}));

    for (const name of PROCESSES)
      it(`reach ${name}`, () => {
        const missing = [...(read.get(name) ?? [])].filter(
          (variable) =>
            !NOWHERE.has(variable) &&
            !NOT_IN_COMPOSE.has(variable) &&
            !orFile(variable).some((it) => passed(name).includes(it)),
        );
        assert.deepEqual(missing, []);
      });

    for (const name of PROCESSES)
      it(`of clusters reach ${name} only if it reads them`, () => {
        const known = read.get(name) ?? new Set();
        const given = Object.keys(servicesOf('compose.clusters.yaml')[name]?.environment ?? {});
        assert.deepEqual(given.filter((variable) => !known.has(variable)), []); // prettier-ignore
      });

    it('name secrets of clusters by file', () => {
      for (const { environment = {} } of Object.values(servicesOf('compose.clusters.yaml')))
        assert.deepEqual(Object.keys(environment).filter((it) => SECRETS.includes(it)), []); // prettier-ignore
    });

    it('of clusters replace no name of a service that compose.yaml does not have, and start none of its servers', () => {
      const services = servicesOf('compose.yaml');
      const clusters = servicesOf('compose.clusters.yaml');
      for (const name of Object.keys(clusters)) assert.ok(name in services, name);
      const servers = Object.entries(clusters).filter(([, it]) => 'profiles' in it);
      assert.deepEqual(servers.map(([name]) => name).sort(), ['datanode', 'kafka', 'namenode', 'temporal']);
      const reads = (name: string, variable: string) => read.get(name as 'setup')?.has(variable) === true;
      for (const [name, { volumes = [] }] of Object.entries(clusters))
        for (const system of ['kafka', 'hdfs'])
          assert.equal(
            volumes.some((it) => it.includes(`:/files/${system}:ro`)),
            reads(name, `${system.toUpperCase()}_TLS_CA_FILE`),
            `${system} of ${name}`,
          );
    });
  });

  describe('on Kubernetes', () => {
    const containers = new Map(
      manifestsIn('base').flatMap(({ metadata, spec }) =>
        spec?.template === undefined ? [] : [[metadata.name, spec.template.spec.containers[0]] as const],
      ),
    );
    const { patches } = parse(readFileSync(join(MANIFESTS, 'components/clusters/kustomization.yaml'), 'utf8')) as {
      patches: { target: { name: string }; patch: string }[];
    };
    const added = (name: string): { path: string; value: { name: string; secret?: { secretName: string } } }[] =>
      patches
        .filter(({ target }) => new RegExp(`^(${target.name})$`).test(name))
        .flatMap(({ patch }) => parse(patch) as ReturnType<typeof added>);

    for (const name of PROCESSES) {
      it(`reach ${name}: a Secret has what is secret, and the ConfigMap may have all else`, () => {
        const container = containers.get(name) ?? assert.fail(name);
        assert.ok(container.envFrom?.some(({ configMapRef: map }) => map.name === 'chatlake'));
        const own = [
          ...(container.env ?? []).map((it) => it.name),
          ...added(name).flatMap(({ path, value }) => (path.endsWith('/env/-') ? [value.name] : [])),
        ];
        const secrets = [...(read.get(name) ?? [])].filter((it) => SECRETS.includes(it));
        assert.deepEqual(secrets.filter((it) => !orFile(it).some((variable) => own.includes(variable))), []); // prettier-ignore
      });

      it(`gives ${name} the files of the clusters that it asks, and no others`, () => {
        const reads = (variable: string): boolean => read.get(name)?.has(variable) === true;
        const secrets = added(name).flatMap(({ value }) => value.secret?.secretName ?? []);
        assert.deepEqual(
          secrets.sort(),
          [
            ...(reads('HDFS_TLS_CA_FILE') ? ['chatlake-hdfs'] : []),
            ...(reads('KAFKA_TLS_CA_FILE') ? ['chatlake-kafka'] : []),
            ...(reads('PARAMETER_STORE_TLS_CERT_FILE') ? ['chatlake-store'] : []),
            ...(reads('PARAMETER_STORE_TLS_CA_FILE') ? ['chatlake-store-ca'] : []),
            ...(reads('TEMPORAL_TLS') ? ['chatlake-temporal'] : []),
          ].sort(),
        );
      });
    }

    for (const name of PROCESSES)
      it(`let ${name} start when the ConfigMap names logins and files of all clusters`, () => {
        const map = manifestsIn('base').find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
        const settings = {
          KAFKA_TLS_CA_FILE: '/files/kafka/ca.pem',
          KAFKA_TLS_CERT_FILE: '/files/kafka/cert.pem',
          KAFKA_TLS_KEY_FILE: '/files/kafka/key.pem',
          KAFKA_SASL: 'scram-sha-512',
          KAFKA_USER: 'chatlake',
          HDFS_TLS_CA_FILE: '/files/hdfs/ca.pem',
          HDFS_DELEGATION_TOKEN_FILE: '/files/hdfs/token',
          PARAMETER_STORE_TLS_CERT_FILE: '/files/store/tls.crt',
          PARAMETER_STORE_TLS_KEY_FILE: '/files/store/tls.key',
          PARAMETER_STORE_TLS_CA_FILE: '/files/store-ca/ca.crt',
          COLLECTOR_NAME: 'collector-0',
        };
        const own = added(name).some(({ value }) => value.name === 'KAFKA_PASSWORD')
          ? { KAFKA_PASSWORD: 'secret' }
          : {};
        const config = readConfig({ ...map, ...settings, ...own, PARAMETER_STORE_KEY: 'x'.repeat(16) });
        assert.equal(config.KAFKA_PASSWORD !== undefined, read.get(name)?.has('KAFKA_PASSWORD'));
      });

    it('has no secret in the ConfigMap', () => {
      const map = manifestsIn('base').find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
      assert.deepEqual(Object.keys(map).filter((it) => SECRETS.includes(it)), []); // prettier-ignore
    });
  });
});
