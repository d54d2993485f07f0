import { join, resolve } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { claimDirectory } from './directory-claim.ts';
import type { HdfsAddress } from './hdfs-server.ts';
import { checkHdfsDirectory, createRequest, startHdfsServer } from './hdfs-server.ts';
import type { KafkaAddress } from './kafka-server.ts';
import { metadataRequest, startKafkaServer } from './kafka-server.ts';
import { DEFAULT_INSTALLATION, namespaceOf } from '../../common/installation.ts';
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
  /** Stops the servers that were started here, in reverse order. */
  stop(): Promise<void>;
}

/** How to ask the servers that the environment names, as the workers do: with TLS and logins. Default: without both. */
export interface GivenServerRequests {
  kafka?: () => Promise<void>;
  hdfs?: () => Promise<void>;
}

/**
 * Starts Temporal, Kafka and HDFS on loopback, in parallel. If the environment names a server (TEMPORAL_ADDRESS, KAFKA_BROKERS,
 * WEBHDFS_URL with HDFS_USER), it is not started, but must answer. The programs come from PATH (`temporal`) or from package registries.
 *
 * The servers end with this process, however it ends. A server that dies is restarted.
 * @throws Refusal like {@link startServer}, after the other servers were stopped
 */
export async function startLocalServers(
  options: ServerOptions & { requests?: GivenServerRequests },
): Promise<LocalServers> {
  const { requests = {} } = options;
  if (!variableValue('WEBHDFS_URL')) checkHdfsDirectory(options.directory);
  makeUsable([{ variable: 'DATA_DIR', path: resolve(options.directory) }]);
  await checkTools({
    temporal: !variableValue('TEMPORAL_ADDRESS'),
    kafka: !variableValue('KAFKA_BROKERS'),
    hdfs: !variableValue('WEBHDFS_URL'),
  });
  const free = await claimDirectory(options.directory);
  const within = (name: string): ServerOptions => ({ ...options, directory: join(options.directory, name) });
  const started = await Promise.allSettled([
    temporalServer(within('temporal')),
    kafkaServer(within('kafka'), requests.kafka),
    hdfsServer(within('hdfs'), requests.hdfs),
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

/** The trimmed value of a variable; undefined if it is empty. */
function variableValue(variable: string): string | undefined {
  return process.env[variable]?.trim() || undefined;
}

/** All non-empty variables. Temporal's library would use an empty one as a key, certificate or namespace. */
function nonEmptyVariables(): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const name of Object.keys(process.env)) {
    const value = variableValue(name);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

/** Temporal at TEMPORAL_ADDRESS, or started here. Its UI is at TEMPORAL_UI_URL or, as in the development server, on the port 1,000 higher. */
export async function temporalServer(options: ServerOptions): Promise<RunningServer<TemporalAddress>> {
  const address = variableValue('TEMPORAL_ADDRESS');
  if (address === undefined) return startTemporalServer(options);
  await mustAnswer('TEMPORAL_ADDRESS', address, () => {
    // The certificate and the key are those of the workers.
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: nonEmptyVariables() });
    return namespaceRequest(address, namespace ?? ownNamespace(), connectionOptions);
  });
  const [host = '', port = ''] = address.split(':');
  const uiUrl = variableValue('TEMPORAL_UI_URL') ?? `http://${host}:${Number(port) + 1_000}`;
  return { address: { address, uiUrl }, stop: async () => {} };
}

/** Kafka at KAFKA_BROKERS (comma-separated), or started here. */
export async function kafkaServer(
  options: ServerOptions,
  request?: () => Promise<void>,
): Promise<RunningServer<KafkaAddress>> {
  const brokers = variableValue('KAFKA_BROKERS');
  if (brokers === undefined) return startKafkaServer(options);
  const address = { brokers: brokers.split(',').map((broker) => broker.trim()) };
  await mustAnswer('KAFKA_BROKERS', brokers, request ?? (() => metadataRequest(address)));
  return { address, stop: async () => {} };
}

/** HDFS at WEBHDFS_URL, or started here. In a comma-separated list, one NameNode must accept a file. */
export async function hdfsServer(
  options: ServerOptions,
  request?: () => Promise<void>,
): Promise<RunningServer<HdfsAddress>> {
  const urls = variableValue('WEBHDFS_URL');
  if (urls === undefined) return startHdfsServer(options);
  const address = { url: urls, user: variableValue('HDFS_USER') ?? 'hdfs' };
  const create = () => Promise.any(urls.split(',').map((url) => createRequest({ ...address, url: url.trim() })));
  await mustAnswer('WEBHDFS_URL', urls, request ?? create);
  return { address, stop: async () => {} };
}

const ownNamespace = (): string => namespaceOf(variableValue('CHATLAKE_INSTALLATION') ?? DEFAULT_INSTALLATION);

async function mustAnswer(variable: string, value: string, request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    // A wrong setting.
    if (error instanceof Refusal) throw error;
    throw new Refusal(69, noAnswer(variable, value, error), error);
  }
}

function noAnswer(variable: string, value: string, error: unknown): string {
  if (variable === 'TEMPORAL_ADDRESS' && (error as { code?: unknown }).code === GRPC_NOT_FOUND) {
    const namespace = variableValue('TEMPORAL_NAMESPACE') ?? ownNamespace();
    return (
      `Expected Temporal at ${value} to have the namespace ${namespace}, but it does not exist. ` +
      `Create it with \`temporal operator namespace create --namespace ${namespace} --address ${value}\`, or set TEMPORAL_NAMESPACE to an existing one.`
    );
  }
  const errors = (error instanceof AggregateError ? error.errors : [error]) as Error[];
  return (
    `Expected the server at ${variable}=${value} to answer, but it did not: ${errors.map((one) => one.message.replace(/\.+$/, '')).join('; ')}. ` +
    `Start it, or unset ${variable} to start a local server.`
  );
}
