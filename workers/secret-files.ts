import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { SECRET_VARIABLES } from '../common/secret-variables.ts';
import { localPath } from './local-path.ts';

/** Each secret can be in a file instead, whose path is in a variable of the same name with `_FILE`. */
export const SECRET_FILES: Record<`${(typeof SECRET_VARIABLES)[number]}_FILE`, z.ZodOptional<typeof localPath>> = {
  KAFKA_PASSWORD_FILE: localPath.optional(),
  PARAMETER_STORE_KEY_FILE: localPath.optional(),
  TWITCH_CLIENT_SECRET_FILE: localPath.optional(),
};

/** A variable with a file that cannot be used. `expected` never has a part of the file. */
export interface SecretFileFault {
  variable: string;
  expected: string;
}

/** Adds the secrets that are in files, as they are in the files. */
export function withSecretFiles(set: Readonly<Record<string, string>>): {
  values: Record<string, string>;
  faults: SecretFileFault[];
} {
  const values: Record<string, string> = { ...set };
  const faults: SecretFileFault[] = [];
  for (const name of SECRET_VARIABLES) {
    const variable = `${name}_FILE`;
    const path = set[variable];
    if (path === undefined) continue;
    if (set[name] !== undefined) {
      faults.push({ variable, expected: `either ${name} or ${variable}, not both` });
      continue;
    }
    try {
      values[name] = readFileSync(localPath.parse(path), 'utf8');
    } catch (error) {
      faults.push({ variable, expected: `a readable file (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})` });
    }
  }
  return { values, faults };
}
