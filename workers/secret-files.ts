import { readFileSync } from 'node:fs';
import { Refusal } from '../common/refusal.ts';
import { cleanValue } from './clean-value.ts';

/** The variables that name the files of secrets: `PARAMETER_STORE_KEY_FILE` for `PARAMETER_STORE_KEY`. */
export function secretFileNames(secrets: readonly string[]): string[] {
  return secrets.map((name) => `${name}_FILE`);
}

/**
 * Adds the secrets that are in files, as Docker and Kubernetes mount them: `PARAMETER_STORE_KEY_FILE` names the file of
 * `PARAMETER_STORE_KEY`. A secret that is also set itself is not read from its file.
 * @throws Refusal 78 with the variable and the file if it cannot be read or is empty
 */
export function withSecretFiles(
  set: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Record<string, string> {
  const added = { ...set };
  for (const name of secrets) {
    const file = set[`${name}_FILE`];
    if (file !== undefined && set[name] === undefined) added[name] = secretIn(file, `${name}_FILE`);
  }
  return added;
}

function secretIn(file: string, variable: string): string {
  let found: string;
  try {
    const value = cleanValue(readFileSync(file, 'utf8'));
    if (value !== '') return value;
    found = 'an empty file';
  } catch (error) {
    found = String((error as NodeJS.ErrnoException).code);
  }
  throw new Refusal(
    78,
    `Expected ${variable} (${file}) to be a readable file with the secret, got ${found}. Write the secret to that file, or correct ${variable}.`,
  );
}
