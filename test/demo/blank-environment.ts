import { VARIABLE_NAMES } from '../../workers/config.ts';

/** Read by Temporal's own libraries, and `TEMPORAL_UI_URL` by the start of the local servers. */
const TEMPORAL_NAMES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_UI_URL',
  'TEMPORAL_API_KEY',
  'TEMPORAL_PROFILE',
  'TEMPORAL_TLS',
];

/**
 * Every variable that Chatlake reads, empty, which counts as not set and wins over a `.env`: what a developer has set for his own use
 * is kept out of what a test starts.
 */
export const BLANK: Readonly<Record<string, string>> = Object.fromEntries(
  [...VARIABLE_NAMES, ...TEMPORAL_NAMES].map((name) => [name, '']),
);

/** This process's environment without anything of Temporal's, for its own command, which reads no `.env`. */
export function withoutTemporal(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}
