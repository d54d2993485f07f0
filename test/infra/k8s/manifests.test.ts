import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentProgress } from '../../../infra/local/progress.ts';
import { kubernetesTools } from '../../../infra/local/kubernetes.ts';
import type { KubernetesTools } from '../../../infra/local/kubernetes.ts';
import { ROLES } from '../../../infra/setup/parameter-access.ts';
import { VARIABLE_NAMES, readConfig } from '../../../workers/config.ts';
import { TEMPORAL_NAMES } from '../../../workers/variable-names.ts';
import { temporaryDirectories } from '../local/temporary-directory.ts';
import { MANIFESTS, manifestsIn, objectsIn } from './manifests.ts';
import type { Manifest, Pod } from './manifests.ts';
import { faultsOf } from './restricted.ts';

const PROJECT = join(MANIFESTS, '../..');
/** The longest time that a worker needs after SIGTERM: see workers/collector.ts. */
const STOPS_WITHIN_S = 70;

const podsIn = (manifests: Manifest[]): { name: string; pod: Pod; labels: Record<string, string> }[] =>
  manifests.flatMap(({ metadata, spec }) =>
    spec?.template === undefined
      ? []
      : [{ name: metadata.name, pod: spec.template.spec, labels: spec.template.metadata.labels }],
  );

const base = manifestsIn('base');
const pods = podsIn(base);
const configMap = base.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};

describe('infra/k8s/base', () => {
  it('runs each process of ours', () => {
    const programs = pods.flatMap(({ pod }) => pod.containers.flatMap(({ args = [] }) => args.filter((it) => it.endsWith('.ts')))); // prettier-ignore
    assert.deepEqual(programs.sort(), [
      'workers/collector.ts',
      'workers/loader.ts',
      'workers/orchestrator.ts',
      'workers/parameter-store.ts',
      'workers/refiner.ts',
      'workers/setup-job.ts',
    ]);
    for (const program of programs) assert.ok(existsSync(join(PROJECT, program)), program);
  });

  for (const { name, pod } of [...pods, ...podsIn(manifestsIn('overlays/demo'))]) {
    it(`keeps ${name} to the policy restricted`, () => {
      assert.deepEqual(faultsOf(pod), []);
      assert.equal(pod.automountServiceAccountToken, false);
    });
  }

  it('would find what breaks the policy', () => {
    const container = { name: 'a', image: 'a' };
    assert.equal(faultsOf({ containers: [container] }).length, 4);
    const strict = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } };
    const pod = { runAsNonRoot: true, runAsUser: 0, seccompProfile: { type: 'RuntimeDefault' } };
    assert.deepEqual(faultsOf({ securityContext: pod, containers: [{ ...container, securityContext: strict }] }), [
      'runs as root',
      'a adds capabilities',
    ]);
  });

  for (const { name, pod } of pods) {
    it(`gives ${name} a read-only root, limits, and probes if it stays`, () => {
      for (const container of pod.containers) {
        assert.equal(container.securityContext?.readOnlyRootFilesystem, true);
        assert.ok(container.resources?.requests !== undefined && container.resources.limits?.memory !== undefined);
        if (name !== 'setup')
          assert.ok(container.livenessProbe !== undefined && container.readinessProbe !== undefined);
      }
    });
  }

  it('has settings that the processes know and accept', () => {
    const known = new Set([...VARIABLE_NAMES, ...TEMPORAL_NAMES]);
    const names = pods.flatMap(({ pod }) => pod.containers.flatMap(({ env = [] }) => env.map(({ name }) => name)));
    assert.deepEqual([...Object.keys(configMap), ...names].filter((name) => !known.has(name)), []); // prettier-ignore
    const config = readConfig({ ...configMap, PARAMETER_STORE_KEY: 'x'.repeat(16), COLLECTOR_NAME: 'collector-0' });
    const collector = base.find(({ kind }) => kind === 'StatefulSet');
    const replicas = Array.from({ length: collector?.spec?.replicas ?? 0 }, (_, index) => `collector-${index}`);
    assert.deepEqual(config.COLLECTORS, replicas);
  });

  it('gives each process only its own keys', () => {
    const keysOf = (wanted: string): string[] =>
      pods
        .filter(({ name }) => name === wanted)
        .flatMap(({ pod }) => pod.volumes ?? [])
        .flatMap(({ secret }) => secret?.items?.map(({ key }) => `${secret.secretName}/${key}`) ?? []);
    for (const role of ROLES.filter((it) => it !== 'orchestrator'))
      assert.deepEqual(keysOf(role), [`chatlake-keys/${role}`]);
    assert.deepEqual(keysOf('orchestrator'), ['chatlake-keys/orchestrator', 'chatlake-twitch/client-secret']);
    assert.deepEqual(keysOf('parameter-store'), ['chatlake-keys/operator', 'chatlake-keys/encryption']);
    assert.deepEqual(keysOf('setup'), ['chatlake-keys/operator']);
    assert.deepEqual(keysOf('site'), []);
    const names = pods.flatMap(({ pod }) => (pod.volumes ?? []).filter(({ secret }) => secret && !secret.items));
    assert.deepEqual(names, [], 'a Secret that is mounted whole');
  });

  it('gives workers longer than they need to end', () => {
    for (const { name, pod } of pods.filter(({ name: it }) => (ROLES as string[]).includes(it)))
      assert.ok((pod.terminationGracePeriodSeconds ?? 30) > STOPS_WITHIN_S, name);
  });

  it('selects pods, ports and volumes that exist', () => {
    const selects = (labels: Record<string, string>, selector: Record<string, string>) =>
      Object.entries(selector).every(([key, value]) => labels[key] === value);
    for (const { kind, metadata, spec } of base) {
      const selector = kind === 'NetworkPolicy' ? spec?.podSelector?.matchLabels : (spec?.selector?.matchLabels ?? spec?.selector); // prettier-ignore
      if (selector === undefined) continue;
      const chosen = pods.filter(({ labels }) => selects(labels, selector));
      assert.equal(chosen.length, 1, `${kind} ${metadata.name}`);
      const ports = chosen.flatMap(({ pod }) =>
        pod.containers.flatMap((it) => it.ports?.map(({ name }) => name) ?? []),
      );
      if (kind === 'Service') for (const { targetPort } of spec?.ports ?? []) assert.ok(ports.includes(targetPort));
    }
    for (const { spec } of base) {
      const pod = spec?.template?.spec;
      const volumes = [...(pod?.volumes ?? []).map(({ name }) => name), ...(spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name)]; // prettier-ignore
      const mounted = pod?.containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)) ?? [];
      assert.deepEqual(mounted.sort(), volumes.sort());
    }
  });
});

describe('the overlays of infra/k8s', function () {
  this.timeout(300_000);
  const directory = temporaryDirectories();
  let tools: KubernetesTools;

  before(async () => {
    tools = await kubernetesTools(silentProgress);
  });

  const build = (overlay: string): string =>
    execFileSync(tools.kubectl, ['kustomize', join(MANIFESTS, overlay)], { encoding: 'utf8' });

  function check(text: string): void {
    const file = join(directory(), 'all.yaml');
    writeFileSync(file, text);
    execFileSync(tools.python, ['-m', 'kubernetes_validate', '-k', '1.34', '--strict', file], { stdio: 'pipe' });
  }

  for (const overlay of ['base', 'overlays/demo', 'overlays/production']) {
    it(`${overlay}: kustomize builds it, and Kubernetes knows every field`, () => {
      const text = build(overlay);
      check(text);
      assert.ok(objectsIn(text).length > 20);
    });
  }

  it('the check finds a field that does not exist, and a value of another type', () => {
    const text = build('base');
    assert.throws(() => check(text.replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem')));
    assert.throws(() => check(text.replace('containerPort: 9464', "containerPort: 'many'")));
  });

  it('the demo has a server for each address in its settings', () => {
    const objects = objectsIn(build('overlays/demo'));
    const services = new Set(objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name));
    const data = objects.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
    const hosts = Object.values(data).flatMap((value) => [...value.matchAll(/(?:^|\/\/|,)([a-z-]+):\d+/g)].map(([, host]) => host)); // prettier-ignore
    assert.ok(hosts.length >= 6);
    assert.deepEqual(hosts.filter((host = '') => !services.has(host)), []); // prettier-ignore
  });
});
