import { silentLog } from '../../../common/log.ts';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import type { ParameterStore, ParameterStoreOptions } from '../../../infra/parameter-store/server.ts';
import { encryptionKey, key } from './running-store.ts';

/** The key of its clients. */
export { key } from './running-store.ts';

/** A parameter store of a test, with an empty directory of its own. */
export function freshStore(directory: string, more: Partial<ParameterStoreOptions> = {}): Promise<ParameterStore> {
  return startParameterStore({ directory, key, encryptionKey, host: '127.0.0.1', port: 0, log: silentLog, ...more });
}
