import { join } from 'node:path';

/** The file with the address of the local parameter store, for commands that run beside it. */
export function storeAddressFile(dataDirectory: string): string {
  return join(dataDirectory, 'servers', 'parameter-store.url');
}
