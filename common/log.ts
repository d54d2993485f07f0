/** Takes a message and its facts. Facts never contain a secret. */
export interface Log {
  debug(message: string, facts?: Record<string, unknown>): void;
  info(message: string, facts?: Record<string, unknown>): void;
  warn(message: string, facts?: Record<string, unknown>): void;
  error(message: string, facts?: Record<string, unknown>): void;
}

/** Returns a log that adds facts to every line. The facts of the line win. */
export function logWith(log: Log, facts: Record<string, unknown>): Log {
  return {
    debug: (message, more) => log.debug(message, { ...facts, ...more }),
    info: (message, more) => log.info(message, { ...facts, ...more }),
    warn: (message, more) => log.warn(message, { ...facts, ...more }),
    error: (message, more) => log.error(message, { ...facts, ...more }),
  };
}

/** A log for tests that are not about logging. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
