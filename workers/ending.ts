import { FactError } from '../activities/errors.ts';
import { Refusal } from '../common/refusal.ts';

/** The exit code of a process and the message that it prints. */
export interface Ending {
  code: number;
  text: string;
}

/**
 * Expected errors print their message and use a code of sysexits(3): 78 for a wrong setting, 73 for a place that cannot be used, 69 for a tool
 * or server that is missing or does not answer. Any other error is a bug: code 1, with the stack.
 */
export function endingOf(error: unknown): Ending {
  if (error instanceof Refusal) return { code: error.exitCode, text: error.message };
  if (error instanceof FactError) return { code: 69, text: error.message };
  if (isCutOff(error as Error)) return { code: 1, text: CUT_OFF };
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code?.startsWith('ERR_PARSE_ARGS')) return { code: 78, text: message };
  return { code: 1, text: stack ?? String(error) };
}

const CUT_OFF =
  'Expected all work to end in time after the signal to stop, but some waits for a server that does not answer. What it has not stored is done again.';

/** Temporal's worker has ended before its activities. Which error it throws depends on what they hold (sdk-typescript, `worker.ts`). */
function isCutOff({ name, message }: Error): boolean {
  return (
    name === 'GracefulShutdownPeriodExpiredError' ||
    (name === 'IllegalStateError' && message.startsWith('Worker still in use'))
  );
}
