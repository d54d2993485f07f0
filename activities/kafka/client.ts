import { Kafka, logLevel } from 'kafkajs';
import type { LogEntry } from 'kafkajs';
import type { Log } from '../../common/log.ts';
import { createAnsweredSockets } from './answered-socket.ts';

/** Longer than a rebalance, for which the loader's group waits 30 s. */
const answerPatienceMs = 40_000;

/**
 * A client for all producers, consumers and admins of one process. It tries a request again for about ten seconds; who must not give up
 * (the line producer) tries for ever around it.
 */
export function createKafka(options: { brokers: string[]; clientId: string; log: Log }): Kafka {
  return new Kafka({
    clientId: options.clientId,
    brokers: options.brokers,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    socketFactory: createAnsweredSockets(answerPatienceMs),
    retry: { initialRetryTime: 100, multiplier: 2, maxRetryTime: 2_000, retries: 8 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => writeEntry(options.log, entry),
  });
}

/** An entry of kafkajs in our words: its namespace and message, and the facts that say where it happened. */
function writeEntry(log: Log, entry: LogEntry): void {
  const { message, ...facts } = entry.log;
  for (const name of ['timestamp', 'logger', 'stack']) delete facts[name];
  const text = `kafka ${entry.namespace === '' ? 'client' : entry.namespace}: ${message}`;
  if (entry.level === logLevel.ERROR) log.warn(text, facts);
  else log.debug(text, facts);
}
