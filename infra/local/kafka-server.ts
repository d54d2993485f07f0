import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars } from './builds.ts';
import { runToEnd } from './child-process.ts';
import { formatOnce } from './formatted.ts';
import { JAVA_ENVIRONMENT, javaFlags, javaProgram } from './java.ts';
import { symlinkTo } from './plain-path.ts';
import type { Ports } from './ports.ts';
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
      const java = javaProgram('Install it, or set KAFKA_BROKERS to servers that run already.');
      symlinkTo(await kafkaJars(options.log), join(directory, 'jars'));
      writeFileSync(join(directory, 'server.properties'), serverProperties(ports));
      const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
      const time = '-Dorg.slf4j.simpleLogger.showDateTime=true';
      // All paths are relative to the directory, whose name may hold what Java and Kafka take for separators.
      const run = (heapMegabytes: number, ...args: string[]) => ({
        program: java,
        args: [...javaFlags(heapMegabytes), quiet, time, '-cp', 'jars/*', ...args],
        env: JAVA_ENVIRONMENT,
        cwd: directory,
        logFile: join(directory, 'kafka.log'),
      });
      const data = join(directory, 'data');
      await formatOnce(
        directory,
        { directories: [data], traceOfUse: join(data, 'recovery-point-offset-checkpoint') },
        () =>
          runToEnd(
            'the formatting of Kafka’s data',
            run(128, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'server.properties'),
          ),
      );
      return [{ name: 'kafka', ...run(384, 'kafka.Kafka', 'server.properties') }];
    },
    request: metadataRequest,
    requestName: 'a metadata request',
    address: (ports) => ({ brokers: [`127.0.0.1:${ports.broker}`] }),
    remedy: (directory) =>
      `Its data is in ${directory}; until it is in red, chat is there alone. Where it is damaged, mend it or restore it from a copy, or set KAFKA_BROKERS to servers that run already.`,
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
function serverProperties(ports: Ports<PortName>): string {
  const properties = {
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
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
