import type { ComposeService } from './compose-file.ts';

export interface ContainerPlace {
  name: string;
  /** The prefix of its volumes: containers with the same prefix share them. */
  volumePrefix: string;
  /** Replaces and adds variables. */
  env: Record<string, string>;
  /** Replaces ports in its health check: the container shares the network of this machine, where others may have them. */
  healthUrl?: string;
  /** A port of this machine for each published port; else the container has the network of this machine. */
  publish?: Record<number, number>;
  image: string;
}

/** The arguments of `podman run` that do what the service of compose.yaml says, in the network of this machine. */
export function runArguments(service: ComposeService, place: ContainerPlace): string[] {
  const { name, volumePrefix, env, healthUrl, publish, image } = place;
  const ports = Object.entries(publish ?? {}).map(([inside, outside]) => `--publish=127.0.0.1:${outside}:${inside}`);
  const network = service.network_mode ?? (publish === undefined ? 'host' : undefined);
  return [
    'run',
    '--detach',
    `--name=${name}`,
    ...(network === undefined ? ports : [`--network=${network}`]),
    // Podman would mount more writable directories than Docker.
    '--read-only',
    '--read-only-tmpfs=false',
    ...service.tmpfs.map((it) => `--tmpfs=${it}`),
    ...service.cap_drop.map((it) => `--cap-drop=${it}`),
    ...service.security_opt.map(() => '--security-opt=no-new-privileges'),
    ...(service.restart === undefined ? [] : [`--restart=${service.restart}`]),
    // A container in the network of this machine has its name.
    ...(service.hostname === undefined || network === 'host' ? [] : [`--hostname=${service.hostname}`]),
    `--stop-timeout=${service.stop_grace_period}`,
    '--log-driver=k8s-file',
    ...healthArguments(service, healthUrl),
    ...service.volumes.map((it) => `--volume=${volumePrefix}-${it}`),
    ...Object.entries({ ...service.environment, ...env }).map(([key, value]) => `--env=${key}=${value}`),
    image,
    ...service.command,
  ];
}

function healthArguments({ healthcheck }: ComposeService, url: string | undefined): string[] {
  if (healthcheck === undefined) {
    return url === undefined ? [] : [healthCommand(['node', 'infra/docker/healthcheck.ts', url])];
  }
  if ('disable' in healthcheck) return ['--no-healthcheck'];
  const [, ...test] = healthcheck.test;
  return [healthCommand(url === undefined ? test : [...test.slice(0, -1), url])];
}

/** Podman takes a JSON list, or words for a shell. */
function healthCommand(words: string[]): string {
  return `--health-cmd=${JSON.stringify(words)}`;
}
