import { join } from 'node:path';
import type { Manifest, Pod } from '../infra/k8s/manifests.ts';

/** What the manifests get here instead of what a cluster would give them. */
export interface PodsHere {
  /** Settings, such as the addresses of servers. */
  settings: Record<string, string>;
  /** By name in the manifests: `chatlake`. */
  images: Record<string, string>;
  /** Has a directory for each {@link secretOf}, with a file for each key. podman 4.3 mounts no secret as a volume. */
  secretsDirectory: string;
}

/**
 * The manifests as `podman kube play` takes them on one machine: it knows no StatefulSet and no Job, so these become pods. All pods have the
 * network of this machine, because the servers listen on its loopback address. Everything else stays as it is.
 */
export function podsHere(manifests: readonly Manifest[], here: PodsHere): Record<string, Manifest[]> {
  const config = manifests
    .filter(({ kind }) => kind === 'ConfigMap')
    .map((map) => ({ ...map, data: { ...map.data, ...here.settings } }));
  const claims = manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim');
  const pods = manifests.flatMap((manifest) => podsOf(manifest, here));
  // A claim may be made once, so it comes with the first pod.
  return Object.fromEntries(
    pods.map((pod, index) => [pod.metadata.name, [...config, ...(index === 0 ? claims : []), pod]]),
  );
}

function podsOf({ kind, metadata, spec }: Manifest, here: PodsHere): Manifest[] {
  if (spec?.template === undefined) return [];
  const names = kind === 'StatefulSet' ? [`${metadata.name}-0`] : [metadata.name];
  return names.map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: spec.template?.metadata.labels ?? {} },
    spec: podSpec(spec.template?.spec ?? { containers: [] }, spec.volumeClaimTemplates ?? [], name, here),
  }));
}

function podSpec(
  pod: Pod,
  claims: { metadata: { name: string } }[],
  name: string,
  { images, settings, secretsDirectory }: PodsHere,
): object {
  const containers = pod.containers.map((container) => ({
    ...container,
    // It has the ports of the machine, and podman asks no probe.
    ports: undefined,
    livenessProbe: undefined,
    readinessProbe: undefined,
    startupProbe: undefined,
    image: images[container.image] ?? container.image,
    imagePullPolicy: 'Never',
    env: container.env?.map((it) => ({ ...it, ...valueHere(it.name, name, settings) })),
  }));
  const volumes = (pod.volumes ?? []).map((volume) =>
    volume.secret === undefined
      ? volume
      : { name: volume.name, hostPath: { path: join(secretsDirectory, secretOf(volume.secret)), type: 'Directory' } },
  );
  const claimed = claims.map(({ metadata }) => ({ name: metadata.name, emptyDir: {} }));
  return { ...pod, hostNetwork: true, containers, volumes: [...volumes, ...claimed] };
}

/** podman 4.3 takes no name of a pod and no Secret as a variable. */
function valueHere(variable: string, pod: string, settings: Record<string, string>): object {
  const value = variable === 'COLLECTOR_NAME' ? pod : settings[variable];
  return value === undefined ? {} : { value, valueFrom: undefined };
}

/** The name of a directory with these keys of a Secret only: `chatlake-keys-operator-encryption`. */
export function secretOf({ secretName, items = [] }: { secretName: string; items?: { key: string }[] }): string {
  return [secretName, ...items.map(({ key }) => key)].join('-');
}
