import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockDirectory } from '../common/directory-lock.ts';
import { Refusal } from '../common/refusal.ts';
import { composeServices } from '../infra/docker/compose-file.ts';
import { Containers } from '../infra/docker/containers.ts';
import { buildImages } from '../infra/docker/images.ts';
import { createPodman, workingPodman } from '../infra/docker/podman.ts';
import { freePort } from '../common/free-port.ts';
import type { ProgressLog } from '../infra/local/progress.ts';
import { startLocalServers } from '../infra/local/servers.ts';
import type { LocalServers } from '../infra/local/servers.ts';
import { readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { orInterrupted } from './interrupt.ts';

/** Our services of compose.yaml in containers, with Temporal, Kafka and HDFS as local servers. */
export interface ContainerPipeline {
  config: Pick<Config, 'temporal'>;
  /** The services, by the names of {@link workerNames} and of compose.yaml. */
  containers: Containers;
  siteUrl: string;
  /** The simulator's control port. */
  controlUrl: string;
  logDirectory: string;
  /** Stops and removes everything but the logs. */
  stop(): Promise<void>;
}

/** Collectors listen to the same rooms, so that one may crash. */
export function workerNames(collectors: readonly string[]): string[] {
  return ['orchestrator', ...collectors.map((name) => `collector-${name}`), 'loader', 'refiner'];
}

export interface ContainerOptions {
  /** Emptied at the start. */
  directory: string;
  seed: number;
  /** The names of the collectors. */
  collectors: readonly string[];
  progress: ProgressLog;
  signal: AbortSignal;
}

/**
 * Builds the images of this checkout and runs them. The containers have the network of this machine, because the servers listen on its
 * loopback address. They start in the order of compose.yaml, and wait for what they need by themselves.
 * @throws Refusal 69 without podman, 73 if another process uses the directory
 */
export async function startContainerPipeline(options: ContainerOptions): Promise<ContainerPipeline> {
  const { directory, progress, signal } = options;
  const podman = createPodman();
  const unlock = emptyDirectory(directory);
  const logDirectory = join(directory, 'logs');
  const undo: (() => Promise<unknown>)[] = [async () => unlock()];
  const stop = async (): Promise<void> => {
    for (const stopOne of undo.splice(0).reverse()) await stopOne();
  };
  try {
    const images = await orInterrupted(signal, buildImages({ podman, progress, logDirectory }));
    const containers = new Containers(await workingPodman(images.chatlake), { label: directory, logDirectory });
    await containers.removeLeftovers();
    const servers = await orInterrupted(
      signal,
      startLocalServers({ directory: join(directory, 'servers'), log: progress }),
    );
    undo.push(async () => {
      await servers.stop();
      rmSync(join(directory, 'servers'), { recursive: true, force: true });
    });
    undo.push(() => containers.stopAll());
    const addresses = await orInterrupted(signal, runServices(containers, images, servers, options));
    const config = readConfig({ TEMPORAL_ADDRESS: servers.temporal.address, PARAMETER_STORE_KEY: 'x'.repeat(16) });
    return { config, containers, ...addresses, logDirectory, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @returns the function that frees the directory for another process */
function emptyDirectory(directory: string): () => void {
  mkdirSync(join(directory, 'logs'), { recursive: true });
  const unlock = lockDirectory(directory, 'containers');
  if (unlock === undefined)
    throw new Refusal(
      73,
      `Expected ${directory} to be free, but another process runs containers with it. Stop that one.`,
    );
  for (const name of readdirSync(directory).filter((it) => !it.startsWith('.')))
    rmSync(join(directory, name), { recursive: true, force: true });
  mkdirSync(join(directory, 'logs'));
  return unlock;
}

async function runServices(
  containers: Containers,
  images: { chatlake: string; site: string },
  servers: LocalServers,
  { seed, collectors, progress }: ContainerOptions,
): Promise<{ siteUrl: string; controlUrl: string }> {
  const services = composeServices();
  const start = async (
    name: string,
    more: { service?: string; env?: Record<string, string>; healthUrl?: string; arguments?: string[] } = {},
  ): Promise<void> => {
    const service = services.get(more.service ?? name);
    if (service === undefined) throw new Error(`Expected ${more.service ?? name} in compose.yaml, found nothing.`);
    const command = [...service.command, ...(more.arguments ?? [])];
    await containers.start(name, { ...service, command }, { env: {}, image: images.chatlake, ...more });
  };

  await start('keys');
  await containers.untilDone('keys');
  progress.step('keys', 'created');

  const [store, api, irc, control] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const controlUrl = `http://127.0.0.1:${control}`;
  const ports = {
    '--host': '127.0.0.1',
    '--api-port': api,
    '--irc-port': irc,
    '--control-port': control,
    '--seed': seed,
  };
  await start('simulator', { healthUrl: `${controlUrl}/truth`, arguments: Object.entries(ports).flat().map(String) });
  const storeAddress = `127.0.0.1:${store}`;
  const storeMetrics = `127.0.0.1:${await freePort()}`;
  await start('parameter-store', {
    env: { PARAMETER_STORE_LISTEN: storeAddress, METRICS_ADDRESS: storeMetrics },
    healthUrl: `http://${storeMetrics}/readyz`,
  });

  const env = {
    TEMPORAL_ADDRESS: servers.temporal.address,
    KAFKA_BROKERS: servers.kafka.brokers.join(','),
    WEBHDFS_URL: servers.hdfs.url,
    HDFS_USER: servers.hdfs.user,
    PARAMETER_STORE_URL: `http://${storeAddress}`,
    TWITCH_API_URL: `http://127.0.0.1:${api}/helix`,
    TWITCH_ID_URL: `http://127.0.0.1:${api}/oauth2`,
    TWITCH_IRC_URL: `irc://127.0.0.1:${irc}`,
    LOAD_ROTATE_SECONDS: '8',
    COLLECTORS: collectors.length > 1 ? collectors.join(',') : '',
  };
  await start('setup', { env });
  await containers.untilDone('setup');
  progress.step('setup', 'topics, Schedules and workflows are ready');

  for (const name of workerNames(collectors)) {
    const [service = '', collector] = /^(collector)-(.*)$/.exec(name)?.slice(1) ?? [name];
    const metrics = `127.0.0.1:${await freePort()}`;
    await start(name, {
      service,
      env: { ...env, METRICS_ADDRESS: metrics, ...(collector === undefined ? {} : { COLLECTOR_NAME: collector }) },
      healthUrl: `http://${metrics}/readyz`,
    });
  }
  const sitePort = await freePort();
  const site = services.get('site');
  if (site === undefined) throw new Error('Expected the site in compose.yaml, found nothing.');
  await containers.start('site', site, { env: {}, image: images.site, publish: { 8080: sitePort } });
  for (const name of ['simulator', 'parameter-store', ...workerNames(collectors), 'site'])
    await containers.untilHealthy(name);
  progress.step('workers', 'all containers are healthy');
  return { siteUrl: `http://127.0.0.1:${sitePort}`, controlUrl };
}
