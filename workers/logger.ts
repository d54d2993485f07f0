import { pino } from 'pino';
import type { Log } from '../common/log.ts';

/** Logs JSON lines to stderr: `level`, `time`, `worker`, the facts and `msg`. */
export function createLogger(worker: string, level: string): Log {
  const stderr = pino.destination({ fd: 2, sync: true });
  // A closed terminal or a full disk must not end the process.
  stderr.on('error', () => {});
  const logger = pino({ level, base: { worker } }, stderr);
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
  };
}
