import type { Log } from '../common/log.ts';
import type { ProgressLog } from '../infra/local/progress.ts';

/** A log for the terminal: prints warnings and errors, followed by their facts, and nothing else. */
export function terminalLog(progress: ProgressLog): Log {
  const print = (message: string, facts: Record<string, unknown> = {}): void => {
    const shown = Object.entries(facts)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    progress.step('notice', shown.length === 0 ? message : `${message} (${shown.join(', ')})`);
  };
  return { debug: () => {}, info: () => {}, warn: print, error: print };
}
