import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from '../workers/config.ts';
import { unknownInFile } from '../workers/variable-names.ts';
import type { UnknownVariable } from '../workers/variable-names.ts';

/**
 * Adds the variables of `.env` to the environment. Variables that are already set win, even if they are empty.
 * @throws ConfigError for a file in another encoding, a line that sets nothing, a variable with two values, or an unknown variable
 */
export function loadEnvironmentFile(file = '.env', env: NodeJS.ProcessEnv = process.env): void {
  const text = textOf(file);
  if (text === undefined) return;
  const variables = parseEnv(text);
  const faults = [...lineFaults(file, text, variables), ...unknownInFile(Object.keys(variables)).map(unread)];
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  for (const [name, value] of Object.entries(variables)) env[name] ??= value;

  function unread(variable: UnknownVariable): string {
    return `${unknownVariableText(variable, `in ${file}`)} See .env.example for all variables.`;
  }
}

/** `The variable TWITCH_CLIENTID in .env is unknown; did you mean TWITCH_CLIENT_ID?` */
export function unknownVariableText({ name, meant }: UnknownVariable, where: string): string {
  // Escapes characters that cannot be seen: they may be the mistake.
  const shown = name.replaceAll(/[^\x21-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`).slice(0, 100);
  return `The variable ${shown} ${where} is unknown${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
}

/** Without a byte order mark; undefined if the file does not exist. */
function textOf(file: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ConfigError(
      `Expected ${file} to be a readable file, got ${code}. Correct its permissions, or rename it.`,
    );
  }
  try {
    if (bytes.includes(0)) throw new TypeError('NUL bytes, as in UTF-16');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(
      `Expected ${file} to be UTF-8 text, found another encoding${bytes.includes(0) ? ' (probably UTF-16)' : ''}. Save it as UTF-8.`,
    );
  }
}

/** If a value has several lines, nothing is checked. */
function lineFaults(file: string, text: string, variables: NodeJS.Dict<string>): string[] {
  if (Object.values(variables).some((value) => value?.includes('\n'))) return [];
  const lines = text.split(/\r\n|\r|\n/);
  return [...linesThatSetNothing(file, lines), ...variablesWithTwoValues(file, lines)];
}

/** The parser ignores a line without `=`. */
function linesThatSetNothing(file: string, lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    const bare = line.trim();
    if (bare === '' || bare.startsWith('#') || bare.includes('=')) return [];
    return [`Expected line ${index + 1} of ${file} to be NAME=value or a comment, found neither. Correct it.`];
  });
}

/** The parser takes the last value, which may be the empty one of .env.example. */
function variablesWithTwoValues(file: string, lines: readonly string[]): string[] {
  const first = new Map<string, { at: number; value: string | undefined }>();
  return lines.flatMap((line, index) =>
    Object.entries(parseEnv(line)).flatMap(([name, value]) => {
      const found = first.get(name) ?? { at: index + 1, value };
      first.set(name, found);
      if (found.value === value) return [];
      return [`Expected ${name} to have one value in ${file}, found two, in lines ${found.at} and ${index + 1}. Remove one of these lines.`]; // prettier-ignore
    }),
  );
}
