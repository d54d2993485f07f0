import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars } from './builds.ts';
import { runToEnd } from './child-process.ts';
import { formatOnce } from './formatted.ts';
import type { Ports } from './ports.ts';
import { javaFlags, javaProgram } from './programs.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';

export interface KafkaAddress {
  brokers: string[];
}

type PortName = 'broker' | 'controller';

/** Kafka names a cluster by 16 bytes in base64. */
const clusterId = Buffer.from('chatlake-kafka-1').toString('base64url');

/** One Kafka broker that is its own controller (KRaft). Topics are made by who needs them, never by a mere mention. */
export function startKafkaServer(options: ServerOptions): Promise<RunningServer<KafkaAddress>> {
  const kind: ServerKind<PortName, KafkaAddress> = {
    name: 'kafka',
    ports: ['broker', 'controller'],
    prepare: async (directory, ports) => {
      const jars = await kafkaJars(options.log);
      const java = javaProgram('Install a Java runtime, or set KAFKA_BROKERS.');
      const settings = join(directory, 'server.properties');
      const data = join(directory, 'data');
      const logFile = join(directory, 'kafka.log');
      const classPath = join(jars, '*');
      writeFileSync(settings, serverProperties(data, ports));
      await formatOnce(directory, [data], () =>
        runToEnd('the formatting of Kafka’s data', {
          program: java,
          args: [
            ...javaFlags(128),
            '-cp',
            classPath,
            'kafka.tools.StorageTool',
            'format',
            '-t',
            clusterId,
            '-c',
            settings,
          ],
          logFile,
        }),
      );
      const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
      const time = '-Dorg.slf4j.simpleLogger.showDateTime=true';
      const args = [...javaFlags(384), quiet, time, '-cp', classPath, 'kafka.Kafka', settings];
      return [{ name: 'kafka', program: java, args, cwd: directory, logFile }];
    },
    request: metadataRequest,
    requestName: 'a metadata request',
    address: (ports) => ({ brokers: [`127.0.0.1:${ports.broker}`] }),
    remedy: (directory) =>
      `Where its data is damaged, remove ${directory} to begin with an empty Kafka, or set KAFKA_BROKERS to use one that runs already.`,
  };
  return startServer(kind, options);
}

/** Resolves when the cluster has a controller and a broker that takes requests. */
export async function metadataRequest(address: KafkaAddress): Promise<void> {
  const kafka = new Kafka({
    brokers: address.brokers,
    clientId: 'chatlake-launcher',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0 || cluster.controller === null)
      throw new Error('Kafka has no broker in service yet');
  } finally {
    await admin.disconnect();
  }
}

/** The short session lets a broker back in 3 s after a kill, instead of 11; the rest makes one node be enough. */
function serverProperties(data: string, ports: Ports<PortName>): string {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
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
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}\n`)
    .join('');
}

/** Java reads property files as Latin-1, with `\\uXXXX` for the rest: a home directory may be named in Korean. */
function escapeProperty(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
