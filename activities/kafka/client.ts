import { Kafka, logLevel } from 'kafkajs';
import type { LogEntry, Mechanism, SASLOptions } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import type { ReadTls } from '../../common/tls-files.ts';
import { createSockets } from './socket.ts';

/** Longer than a rebalance, which may take 30 s in the loader's group. */
const ANSWER_TIMEOUT_MS = 40_000;
/** How long before its end a login is repeated. A broker refuses a login that is repeated within a second. */
const LOGIN_AGAIN_BEFORE_MS = 2_000;

/** What the brokers demand of a connection. */
export interface KafkaSecurity {
  /** The files for TLS. Plain TCP without them. */
  readTls?: ReadTls;
  /** The login. */
  sasl?: SASLOptions | Mechanism | undefined;
}

interface KafkaOptions extends KafkaSecurity {
  brokers: string[];
  clientId: string;
  log: Log;
  /** How often a request is tried again. Default 8: for about ten seconds. */
  retries?: number;
}

/**
 * A client for all producers, consumers and admins of one process. The line producer retries forever on top of
 * `retries`.
 */
export function createKafka(options: KafkaOptions): Kafka {
  return new Kafka({
    clientId: options.clientId,
    brokers: options.brokers,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    reauthenticationThreshold: LOGIN_AGAIN_BEFORE_MS,
    socketFactory: createSockets(ANSWER_TIMEOUT_MS, options.readTls),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 2_000, retries: options.retries ?? 8 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => logEntry(options.log, entry),
  });
}

/** Logs an entry of kafkajs: its namespace and message, and the facts that say where it happened. */
function logEntry(log: Log, entry: LogEntry): void {
  const { message, ...facts } = entry.log;
  for (const name of ['timestamp', 'logger', 'stack']) delete facts[name];
  const text = `kafka ${entry.namespace === '' ? 'client' : entry.namespace}: ${message}`;
  if (entry.level === logLevel.ERROR) log.warn(text, facts);
  else log.debug(text, facts);
}
