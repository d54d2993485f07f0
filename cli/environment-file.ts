import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from '../workers/config.ts';
import { strangersInFile } from '../workers/variable-names.ts';
import type { StrangeVariable } from '../workers/variable-names.ts';

/**
 * Adds the variables of `.env` to the environment. What is set there already wins, also where it is empty.
 * @throws ConfigError for a file in another encoding, a line that sets nothing, or a variable that nothing reads
 */
export function loadEnvironmentFile(file = '.env', env: NodeJS.ProcessEnv = process.env): void {
  const text = textOf(file);
  if (text === undefined) return;
  const variables = parseEnv(text);
  const faults = [
    ...linesThatSetNothing(file, text, variables),
    ...strangersInFile(Object.keys(variables)).map(unread),
  ];
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  for (const [name, value] of Object.entries(variables)) env[name] ??= value;

  function unread(variable: StrangeVariable): string {
    return `${strangerInWords(variable, `in ${file}`)} .env.example has all that are read.`;
  }
}

/** `TWITCH_CLIENTID in .env is read by nobody; did you mean TWITCH_CLIENT_ID?` */
export function strangerInWords({ name, meant }: StrangeVariable, where: string): string {
  // Signs that cannot be seen are part of the trouble.
  const shown = name.replaceAll(/[^\x21-\x7e]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`).slice(0, 100);
  return `The variable ${shown} ${where} is read by nobody${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
}

/** Without a mark of byte order; undefined where there is no file. */
function textOf(file: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigError(
      `Expected ${file} to be a file that can be read, but it is not (${code}). Correct its rights, or rename it.`,
    );
  }
  try {
    if (bytes.includes(0)) throw new TypeError('zero bytes, as UTF-16 has them');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(
      `Expected ${file} to be text in UTF-8, found another encoding${bytes.includes(0) ? ' (UTF-16, it seems)' : ''}. Save it as UTF-8.`,
    );
  }
}

/** A line without `=` is passed over by the parser. Where a value has several lines, none is looked at. */
function linesThatSetNothing(file: string, text: string, variables: NodeJS.Dict<string>): string[] {
  if (Object.values(variables).some((value) => value?.includes('\n'))) return [];
  return text.split(/\r\n|\r|\n/).flatMap((line, index) => {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#') || bare.includes('=')) return [];
    return [`Expected line ${index + 1} of ${file} to be NAME=value or a comment, found neither. Correct it.`];
  });
}
