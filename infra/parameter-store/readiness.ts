import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Log } from '../../common/log.ts';
import { StoreFault } from './fault.ts';
import type { ParameterFiles } from './files.ts';

/** @throws StoreFault 503 if the store cannot read and write there. Only the log names the directory. */
export async function checkDirectory(directory: string, log: Log): Promise<void> {
  await access(directory, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    log.error('the directory of the parameter store is not writable', { directory });
    throw new StoreFault(
      503,
      'storage',
      'Expected the store’s directory to be writable, but it is not. Mount it, or correct its permissions; the log names it.',
      cause,
    );
  });
}

/** Checks that the encryption key is the one that the secrets have. A single damaged secret says nothing about the key. @throws StoreFault 503 */
export async function checkEncryptionKey(files: ParameterFiles): Promise<void> {
  const { secrets, unreadable } = await files.countSecrets();
  if (secrets === 0 || unreadable < secrets) return;
  throw new StoreFault(
    503,
    'storage',
    `Expected PARAMETER_STORE_ENCRYPTION_KEY to be the key of the secrets, but it opens none of ${secrets}. Set the key that encrypted them, or name it in PARAMETER_STORE_OLD_ENCRYPTION_KEY.`,
  );
}

/** The message of the first check that fails. Errors of the disk are told without their text, which names paths. */
export async function whyNot(...checks: readonly (() => Promise<void>)[]): Promise<string | undefined> {
  try {
    for (const check of checks) await check();
    return undefined;
  } catch (error) {
    if (error instanceof StoreFault && error.status === 503) return error.message;
    return 'Expected the store’s directory to be readable, but it is not. See the store’s log.';
  }
}
