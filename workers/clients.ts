import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Kafka } from 'kafkajs';
import { createHdfs } from '../activities/hdfs/client.ts';
import type { Hdfs } from '../activities/hdfs/hdfs.ts';
import { createKafka } from '../activities/kafka/client.ts';
import { createParameters } from '../activities/parameters/client.ts';
import type { Parameters } from '../activities/parameters/client.ts';
import type { Log } from '../common/log.ts';
import type { Config } from './config.ts';
import { hdfsAddressOf } from './hdfs-settings.ts';
import { kafkaSecurityOf } from './kafka-settings.ts';
import { storeTrustOf } from './store-tls.ts';

export function parametersOf(config: Config): Parameters {
  return createParameters({
    url: config.PARAMETER_STORE_URL,
    key: config.PARAMETER_STORE_KEY,
    readTls: storeTrustOf(config),
  });
}

/** Uses the worker's own connection. */
export function temporalClientOf(config: Config, connection: NativeConnection): Client {
  return new Client({ connection, namespace: config.temporal.namespace });
}

/** All connections to Kafka use this client. @param name of this process, shown by the brokers */
export function kafkaOf(config: Config, name: string, log: Log, options: { retries?: number } = {}): Kafka {
  const { KAFKA_BROKERS: brokers } = config;
  return createKafka({ brokers, ...kafkaSecurityOf(config), clientId: `chatlake-${name}`, log, ...options });
}

/** All requests to WebHDFS use this client. */
export function hdfsOf(config: Config, log: Log, options: { patienceMs?: number } = {}): Hdfs {
  return createHdfs({ ...hdfsAddressOf(config, log), log, ...options });
}
