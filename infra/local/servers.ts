import { join } from 'node:path';
import { claimDirectory } from './directory-claim.ts';
import type { HdfsAddress } from './hdfs-server.ts';
import { createRequest, startHdfsServer } from './hdfs-server.ts';
import type { KafkaAddress } from './kafka-server.ts';
import { metadataRequest, startKafkaServer } from './kafka-server.ts';
import type { RunningServer, ServerOptions } from './server.ts';
import type { TemporalAddress } from './temporal-server.ts';
import { namespaceRequest, startTemporalServer } from './temporal-server.ts';

export { temporalProgram } from './builds.ts';

export interface LocalServers {
  temporal: TemporalAddress;
  kafka: KafkaAddress;
  hdfs: HdfsAddress;
  /** Ends what was started here, in reverse order. */
  stop(): Promise<void>;
}

/**
 * Temporal, Kafka and HDFS on loopback, started side by side. Each is taken from an address in the environment (TEMPORAL_ADDRESS,
 * KAFKA_BROKERS, WEBHDFS_URL with HDFS_USER), which is only asked whether it answers; else it is started from a program on PATH
 * (`temporal`) or from a build of the package registries.
 *
 * The servers end with this process, however it ends. A server that dies is started again.
 * @throws Error as {@link startServer}; when one cannot start, the others have been stopped
 */
export async function startLocalServers(options: ServerOptions): Promise<LocalServers> {
  const free = await claimDirectory(options.directory);
  const within = (name: string): ServerOptions => ({ ...options, directory: join(options.directory, name) });
  const started = await Promise.allSettled([
    temporalServer(within('temporal')),
    kafkaServer(within('kafka')),
    hdfsServer(within('hdfs')),
  ]);
  const stopAll = async () => {
    for (const server of started.toReversed()) if (server.status === 'fulfilled') await server.value.stop();
    free();
  };
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll());
  const [temporal, kafka, hdfs] = started;
  if (temporal.status === 'fulfilled' && kafka.status === 'fulfilled' && hdfs.status === 'fulfilled') {
    return { temporal: temporal.value.address, kafka: kafka.value.address, hdfs: hdfs.value.address, stop };
  }
  await stop();
  const failures = started.flatMap((server) => (server.status === 'rejected' ? [server.reason as Error] : []));
  throw new Error(failures.map((failure) => failure.message).join('\n'), { cause: failures[0] });
}

/** Temporal from TEMPORAL_ADDRESS (its UI from TEMPORAL_UI_URL, else the port 1000 above, as the development server has it), or started. */
export async function temporalServer(options: ServerOptions): Promise<RunningServer<TemporalAddress>> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (!address) return startTemporalServer(options);
  await given('TEMPORAL_ADDRESS', address, () => namespaceRequest(address, process.env['TEMPORAL_NAMESPACE']));
  const [host = '', port = ''] = address.split(':');
  const uiUrl = process.env['TEMPORAL_UI_URL'] ?? `http://${host}:${Number(port) + 1_000}`;
  return { address: { address, uiUrl }, stop: async () => {} };
}

/** Kafka from KAFKA_BROKERS (comma-separated), or started. */
export async function kafkaServer(options: ServerOptions): Promise<RunningServer<KafkaAddress>> {
  const brokers = process.env['KAFKA_BROKERS'];
  if (!brokers) return startKafkaServer(options);
  const address = { brokers: brokers.split(',').map((broker) => broker.trim()) };
  await given('KAFKA_BROKERS', brokers, () => metadataRequest(address));
  return { address, stop: async () => {} };
}

/** HDFS from WEBHDFS_URL (the first that takes a file of a comma-separated list; the URL is given on as it stands), or started. */
export async function hdfsServer(options: ServerOptions): Promise<RunningServer<HdfsAddress>> {
  const urls = process.env['WEBHDFS_URL'];
  if (!urls) return startHdfsServer(options);
  const address = { url: urls, user: process.env['HDFS_USER'] ?? 'hdfs' };
  await given('WEBHDFS_URL', urls, () =>
    Promise.any(urls.split(',').map((url) => createRequest({ ...address, url: url.trim() }))),
  );
  return { address, stop: async () => {} };
}

async function given(variable: string, value: string, request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    const errors = (error instanceof AggregateError ? error.errors : [error]) as Error[];
    throw new Error(
      `Expected the server at ${variable}=${value} to answer, but it did not: ${errors.map((one) => one.message).join('; ')}. ` +
        `Start it, or unset ${variable} to have one started here.`,
      { cause: error },
    );
  }
}
