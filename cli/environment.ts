import type { ProgressLog } from '../infra/local/progress.ts';
import { VARIABLE_NAMES, cleanVariables, passProxiesByOnLoopback } from '../workers/config.ts';
import { TEMPORAL_NAMES, strangersInEnvironment } from '../workers/variable-names.ts';
import { strangerInWords } from './environment-file.ts';

/**
 * Makes the environment fit for this process and those it starts: our variables without what was copied along with them, and what is on
 * this machine asked directly. Names that were probably meant for us, and that nobody reads, are told.
 */
export function prepareEnvironment(env: NodeJS.ProcessEnv, progress: ProgressLog): void {
  for (const stranger of strangersInEnvironment(Object.keys(env)))
    progress.step('settings', strangerInWords(stranger, 'in the environment'));
  const cleaned = cleanVariables(env);
  for (const name of [...VARIABLE_NAMES, ...TEMPORAL_NAMES])
    if (env[name] !== undefined) env[name] = cleaned[name] ?? '';
  passProxiesByOnLoopback(env);
}
