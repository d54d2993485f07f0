import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../common/refusal.ts';

const keys = z.object({ parameterStoreKey: z.string().min(16), encryptionKey: z.string().length(64) });

/** The keys of a local installation. `encryptionKey` is 32 bytes in hexadecimal. */
export type Keys = z.infer<typeof keys>;

/**
 * Reads the keys from `<directory>/keys.json`. The first start creates the file, readable by its owner only.
 * @throws Refusal 78 if the file is damaged: new keys could not decrypt the stored tokens
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
        `Expected ${file} to contain the keys of this installation, found something else. Restore it from a backup. Without one, rename it and ` +
          `${join(directory, 'parameters', 'secrets')}, which cannot be decrypted without it. The next start creates new keys, and you have to store the tokens again.`,
      );
    }
    const made = { parameterStoreKey: randomBytes(24).toString('hex'), encryptionKey: randomBytes(32).toString('hex') };
    // A crash here must not leave half a file.
    const scratch = `${file}.${process.pid}.tmp`;
    writeFileSync(scratch, JSON.stringify(made), { mode: 0o600 });
    renameSync(scratch, file);
    return made;
  }
}
