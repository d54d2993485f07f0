import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const keys = z.object({ parameterStoreKey: z.string().min(16), encryptionKey: z.string().length(64) });

/** The keys of a local installation. `encryptionKey` is 32 bytes in hexadecimal. */
export type Keys = z.infer<typeof keys>;

/**
 * The keys kept in `<directory>/keys.json`, made at the first start and readable by the owner alone.
 * @throws Error where the file is damaged: without the old key nobody can read the stored tokens
 */
export function localKeys(directory: string): Keys {
  const file = join(directory, 'keys.json');
  mkdirSync(directory, { recursive: true });
  try {
    return keys.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(
        `Expected ${file} to hold the keys of this installation, found something else. Restore it, or remove the whole directory with \`make clean\`.`,
      );
    }
    const made = { parameterStoreKey: randomBytes(24).toString('hex'), encryptionKey: randomBytes(32).toString('hex') };
    writeFileSync(file, JSON.stringify(made), { mode: 0o600, flag: 'wx' });
    return made;
  }
}
