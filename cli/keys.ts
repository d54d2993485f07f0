import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../common/refusal.ts';

const keys = z.object({ parameterStoreKey: z.string().min(16), encryptionKey: z.string().length(64) });

/** The keys of a local installation. `encryptionKey` is 32 bytes in hexadecimal. */
export type Keys = z.infer<typeof keys>;

/**
 * The keys kept in `<directory>/keys.json`, made at the first start and readable by the owner alone.
 * @throws Refusal 78 where the file is damaged: without the old key nobody can read the stored tokens
 */
export function localKeys(directory: string): Keys {
  const file = join(directory, 'keys.json');
  mkdirSync(directory, { recursive: true });
  try {
    return keys.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Refusal(
        78,
        `Expected ${file} to hold the keys of this installation, found something else. Restore it from a copy. Where there is none, rename it and ` +
          `${join(directory, 'parameters', 'secrets')}, which nobody can open without it: the next start makes new keys, and the tokens have to be stored anew.`,
      );
    }
    const made = { parameterStoreKey: randomBytes(24).toString('hex'), encryptionKey: randomBytes(32).toString('hex') };
    // Appears as a whole or not at all: a start that is cut off here must not leave half a key.
    const scratch = `${file}.${process.pid}.tmp`;
    writeFileSync(scratch, JSON.stringify(made), { mode: 0o600 });
    renameSync(scratch, file);
    return made;
  }
}
