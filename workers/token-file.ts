import { readFile } from 'node:fs/promises';
import { FactError } from '../activities/errors.ts';

/**
 * Reads a token from a file that another program renews. Call it for each use.
 * @throws FactError that names the variable and never has a part of the file
 */
export async function readTokenFile(variable: string, file: string): Promise<string> {
  const refused = (found: string): FactError =>
    new FactError(`Expected ${variable} (${file}) to be a file with a token, found ${found}.`, {
      facts: { variable, file },
      retryable: true,
    });
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw refused(error.code ?? 'one that cannot be read');
  });
  const token = text.trim();
  if (!isToken(token)) throw refused(token === '' ? 'an empty one' : 'another text');
  return token;
}

/** RFC 6750 §2.1, which has the characters of Hadoop's tokens, too. */
export function isToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}
