import type { Log } from '../common/log.ts';
import type { ProgressLog } from '../infra/local/progress.ts';

/** A log for a person who watches: warnings and errors as lines of progress, with their facts behind them. Nothing else is told. */
export function terminalLog(progress: ProgressLog): Log {
  const tell = (message: string, facts: Record<string, unknown> = {}): void => {
    const told = Object.entries(facts).filter(([, value]) => value !== undefined);
    const behind = told.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    progress.step('notice', behind.length === 0 ? message : `${message} (${behind.join(', ')})`);
  };
  return { debug: () => {}, info: () => {}, warn: tell, error: tell };
}
