import type { ProgressLog } from '../infra/local/progress.ts';
import { VARIABLE_NAMES, bypassProxiesOnLoopback, cleanVariables, oldNameWarning } from '../workers/config.ts';
import { TEMPORAL_NAMES, unknownInEnvironment } from '../workers/variable-names.ts';
import { unknownVariableText } from './environment-file.ts';

/**
 * Prepares the environment of this process and its children: removes characters that were pasted around our variables, and bypasses
 * proxies for this machine. Prints unknown names that look like ours.
 */
export function prepareEnvironment(env: NodeJS.ProcessEnv, progress: ProgressLog): void {
  for (const unknown of unknownInEnvironment(Object.keys(env)))
    progress.step('settings', unknownVariableText(unknown, 'in the environment'));
  const warning = oldNameWarning(env);
  if (warning !== undefined) progress.step('settings', warning);
  const cleaned = cleanVariables(env);
  for (const name of [...VARIABLE_NAMES, ...TEMPORAL_NAMES])
    if (env[name] !== undefined) env[name] = cleaned[name] ?? '';
  bypassProxiesOnLoopback(env);
}
