import { join, resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { claimDirectory } from './directory-claim.ts';
import type { HdfsAddress } from './hdfs-server.ts';
import { checkHdfsDirectory, createRequest, startHdfsServer } from './hdfs-server.ts';
import type { KafkaAddress } from './kafka-server.ts';
import { metadataRequest, startKafkaServer } from './kafka-server.ts';
import { Refusal } from '../../common/refusal.ts';
import type { RunningServer, ServerOptions } from './server.ts';
import type { TemporalAddress } from './temporal-server.ts';
import { namespaceRequest, startTemporalServer } from './temporal-server.ts';
import { checkTools } from './tools.ts';
import { makeUsable } from '../../common/usable-directory.ts';

export { temporalProgram } from './builds.ts';

/** gRPC's status NOT_FOUND. */
const GRPC_NOT_FOUND = 5;

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
  if (!given('WEBHDFS_URL')) checkHdfsDirectory(options.directory);
  makeUsable([{ variable: 'DATA_DIR', path: resolve(options.directory) }]);
  await checkTools({
    temporal: !given('TEMPORAL_ADDRESS'),
    kafka: !given('KAFKA_BROKERS'),
    hdfs: !given('WEBHDFS_URL'),
  });
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
  throw new Refusal(69, failures.map((failure) => failure.message).join('\n'), failures[0]);
}

/** The value of a variable that names a server; what was pasted around it is cut off. */
function given(variable: string): string | undefined {
  return process.env[variable]?.trim() || undefined;
}

/** All that are given: to Temporal's library, one that is empty would be a key, a certificate or a namespace without a name. */
function givenVariables(): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of Object.keys(process.env)) {
    const value = given(name);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

/** Temporal from TEMPORAL_ADDRESS (its UI from TEMPORAL_UI_URL, else the port 1000 above, as the development server has it), or started. */
export async function temporalServer(options: ServerOptions): Promise<RunningServer<TemporalAddress>> {
  const address = given('TEMPORAL_ADDRESS');
  if (address === undefined) return startTemporalServer(options);
  await mustAnswer('TEMPORAL_ADDRESS', address, () => {
    // With the certificate and the key that the workers use.
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: givenVariables() });
    return namespaceRequest(address, namespace, connectionOptions);
  });
  const [host = '', port = ''] = address.split(':');
  const uiUrl = given('TEMPORAL_UI_URL') ?? `http://${host}:${Number(port) + 1_000}`;
  return { address: { address, uiUrl }, stop: async () => {} };
}

/** Kafka from KAFKA_BROKERS (comma-separated), or started. */
export async function kafkaServer(options: ServerOptions): Promise<RunningServer<KafkaAddress>> {
  const brokers = given('KAFKA_BROKERS');
  if (brokers === undefined) return startKafkaServer(options);
  const address = { brokers: brokers.split(',').map((broker) => broker.trim()) };
  await mustAnswer('KAFKA_BROKERS', brokers, () => metadataRequest(address));
  return { address, stop: async () => {} };
}

/** HDFS from WEBHDFS_URL (the first that takes a file of a comma-separated list; the URL is given on as it stands), or started. */
export async function hdfsServer(options: ServerOptions): Promise<RunningServer<HdfsAddress>> {
  const urls = given('WEBHDFS_URL');
  if (urls === undefined) return startHdfsServer(options);
  const address = { url: urls, user: given('HDFS_USER') ?? 'hdfs' };
  await mustAnswer('WEBHDFS_URL', urls, () =>
    Promise.any(urls.split(',').map((url) => createRequest({ ...address, url: url.trim() }))),
  );
  return { address, stop: async () => {} };
}

async function mustAnswer(variable: string, value: string, request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    throw new Refusal(69, `${noAnswer(variable, value, error)}`, error);
  }
}

function noAnswer(variable: string, value: string, error: unknown): string {
  if (variable === 'TEMPORAL_ADDRESS' && (error as { code?: unknown }).code === GRPC_NOT_FOUND) {
    const namespace = given('TEMPORAL_NAMESPACE') ?? 'default';
    return (
      `Expected Temporal at ${value} to have the namespace ${namespace}, but it has not. ` +
      `Make it with \`temporal operator namespace create --namespace ${namespace} --address ${value}\`, or set TEMPORAL_NAMESPACE to one that is there.`
    );
  }
  const errors = (error instanceof AggregateError ? error.errors : [error]) as Error[];
  return (
    `Expected the server at ${variable}=${value} to answer, but it did not: ${errors.map((one) => one.message.replace(/\.+$/, '')).join('; ')}. ` +
    `Start it, or unset ${variable} to have one started here.`
  );
}
