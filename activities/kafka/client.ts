import { Kafka, logLevel } from 'kafkajs';
import type { LogEntry } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { createSockets } from './socket.ts';

/** Longer than a rebalance, which may take 30 s in the loader's group. */
const ANSWER_TIMEOUT_MS = 40_000;

/**
 * A client for all producers, consumers and admins of one process. It retries a request for about ten seconds. The line producer retries
 * forever on top of that.
 */
export function createKafka(options: { brokers: string[]; clientId: string; log: Log }): Kafka {
  return new Kafka({
    clientId: options.clientId,
    brokers: options.brokers,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    socketFactory: createSockets(ANSWER_TIMEOUT_MS),
    retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 2_000, retries: 8 },
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
