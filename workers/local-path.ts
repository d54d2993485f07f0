import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

/** A path on this machine, made absolute. `~` is the home directory. */
export const localPath = z
  .string()
  .min(1)
  .transform((path) => resolve(path.replace(/^~(?=\/|$)/, homedir())));
