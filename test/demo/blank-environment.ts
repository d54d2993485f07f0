import { VARIABLE_NAMES } from '../../workers/config.ts';

/** Read by Temporal's libraries; `TEMPORAL_UI_URL` by the local servers. */
const TEMPORAL_NAMES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_UI_URL',
  'TEMPORAL_API_KEY',
  'TEMPORAL_PROFILE',
  'TEMPORAL_TLS',
];

/**
 * All variables that Chatlake reads, empty. An empty variable counts as not set and overrides `.env`, so the settings of a developer do
 * not reach the processes of a test.
 */
export const BLANK: Readonly<Record<string, string>> = Object.fromEntries(
  [...VARIABLE_NAMES, ...TEMPORAL_NAMES].map((name) => [name, '']),
);

/** This process's environment without Temporal's variables, for the `temporal` command, which reads no `.env`. */
export function withoutTemporal(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
