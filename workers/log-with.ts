import type { Log } from './logger.ts';

/** A log that says the given facts with every line; those of the line win. */
export function logWith(log: Log, facts: Record<string, unknown>): Log {
  return {
    debug: (message, more) => log.debug(message, { ...facts, ...more }),
    info: (message, more) => log.info(message, { ...facts, ...more }),
    warn: (message, more) => log.warn(message, { ...facts, ...more }),
    error: (message, more) => log.error(message, { ...facts, ...more }),
  };
}
