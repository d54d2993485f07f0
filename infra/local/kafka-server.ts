import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars } from './builds.ts';
import { runToEnd } from '../../common/guarded-process.ts';
import { formatOnce } from './formatted.ts';
import { JAVA_ENVIRONMENT, javaFlags, javaProgram } from './java.ts';
import { symlinkTo } from './plain-path.ts';
import { keptPorts } from './ports.ts';
import type { Ports } from './ports.ts';
import type { ProgressLog } from './progress.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';
import type { ProcessSpec } from './supervised-process.ts';

export interface KafkaAddress {
  brokers: string[];
}

type PortName = 'broker' | 'controller';

/** 16 bytes in base64, as Kafka requires. */
const CLUSTER_ID = Buffer.from('chatlake-kafka-1').toString('base64url');

/** Starts a Kafka broker that is its own controller (KRaft). Topics are not created automatically. */
export function startKafkaServer(options: ServerOptions): Promise<RunningServer<KafkaAddress>> {
  const kind: ServerKind<PortName, KafkaAddress> = {
    name: 'kafka',
    ports: ['broker', 'controller'],
    prepare: async (directory, ports) => [
      await brokerProcess(directory, serverProperties(ports), { name: 'kafka', log: options.log }),
    ],
    request: metadataRequest,
    requestName: 'a metadata request',
    address: (ports) => ({ brokers: [`127.0.0.1:${ports.broker}`] }),
    remedy: (directory) =>
      `Its data in ${directory} is the only copy of messages that are not stored in HDFS yet. If it is damaged, repair it or restore it from a backup, or set KAFKA_BROKERS to running brokers.`,
  };
  return startServer(kind, options);
}

export type BrokerProperties = Readonly<Record<string, string | number | boolean>>;

/**
 * Writes the settings of a broker, and formats its data if necessary.
 * @param options.formatArgs added to the command that formats
 * @returns its process, to be started
 */
export async function brokerProcess(
  directory: string,
  properties: BrokerProperties,
  options: { name: string; log: ProgressLog; formatArgs?: readonly string[] },
): Promise<ProcessSpec> {
  const { name, log, formatArgs = [] } = options;
  const java = javaProgram('Install it, or set KAFKA_BROKERS to running brokers.');
  symlinkTo(await kafkaJars(log), join(directory, 'jars'));
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(directory, 'server.properties'), lines.join(''));
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
  const time = '-Dorg.slf4j.simpleLogger.showDateTime=true';
  // Paths are relative: the name of the directory may contain separators of Java or Kafka.
  const run = (heapMegabytes: number, ...args: string[]) => ({
    program: java,
    args: [...javaFlags(heapMegabytes), quiet, time, '-cp', 'jars/*', ...args],
    env: JAVA_ENVIRONMENT,
    cwd: directory,
    logFile: join(directory, 'kafka.log'),
  });
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', 'server.properties', ...formatArgs];
  const data = join(directory, 'data');
  await formatOnce(directory, { directories: [data], traceOfUse: join(data, 'recovery-point-offset-checkpoint') }, () =>
    runToEnd('formatting the data of Kafka', run(128, ...format)),
  );
  return { name, ...run(384, 'kafka.Kafka', 'server.properties') };
}

/** The address of the last start in this directory; undefined if there was none. */
export function lastKafkaAddress(directory: string): KafkaAddress | undefined {
  const port = keptPorts(join(directory, 'ports.json'))['broker' satisfies PortName];
  return port === undefined ? undefined : { brokers: [`127.0.0.1:${port}`] };
}

/** Resolves if the cluster has a controller and an active broker. For brokers without TLS and login. */
export function metadataRequest(address: KafkaAddress): Promise<void> {
  const kafka = new Kafka({
    brokers: address.brokers,
    clientId: 'chatlake-launcher',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  return askBrokers(kafka);
}

/** Like {@link metadataRequest}, through a given client. */
export async function askBrokers(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0 || cluster.controller === null) throw new Error('Kafka has no active broker yet');
  } finally {
    await admin.disconnect();
  }
}

/** The short session time-out lets a killed broker rejoin after 3 s instead of 11 s. The other values suit a single node. */
export function serverProperties(ports: Ports<PortName>): BrokerProperties {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': 'data',
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'broker.session.timeout.ms': 2_000,
    'broker.heartbeat.interval.ms': 500,
  };
}
