import { pino } from 'pino';

/** What every part logs through: a message in words and its facts. Facts never hold a secret. */
export interface Log {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}

/** A log of one process as JSON lines on stderr: `level`, `time`, `worker`, the facts and `msg`. */
export function createLogger(worker: string, level: string): Log {
  const logger = pino({ level, base: { worker } }, pino.destination({ fd: 2, sync: true }));
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
  };
}

/** A log for tests that are not about logging. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
