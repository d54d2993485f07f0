import { pino } from 'pino';
import type { Log } from '../common/log.ts';

/** Logs JSON lines to stdout: `level`, `time`, `worker`, the facts and `msg`. Nothing else of a process writes there. */
export function createLogger(worker: string, level: string): Log {
  const stdout = pino.destination({ fd: 1, sync: true });
  // A closed terminal or a full disk must not end the process.
  stdout.on('error', () => {});
  const logger = pino({ level, base: { worker } }, stdout);
  return {
    debug: (message, facts) => logger.debug(facts ?? {}, message),
    info: (message, facts) => logger.info(facts ?? {}, message),
    warn: (message, facts) => logger.warn(facts ?? {}, message),
    error: (message, facts) => logger.error(facts ?? {}, message),
  };
}
