import { FactError } from '../activities/errors.ts';
import { Refusal } from '../common/refusal.ts';

/** What a process says and ends with because of an error. */
export interface Ending {
  code: number;
  text: string;
}

/**
 * What is expected to go wrong is told in its own words, with a code of sysexits(3): 78 a wrong setting, 73 a place that cannot be used,
 * 69 a tool or server that is missing or does not answer. Anything else is a fault of ours: 1, with the stack.
 */
export function endingOf(error: unknown): Ending {
  if (error instanceof Refusal) return { code: error.exitCode, text: error.message };
  if (error instanceof FactError) return { code: 69, text: error.message };
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return { code: 78, text: message };
  return { code: 1, text: stack ?? String(error) };
}
