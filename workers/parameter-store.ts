import { join } from 'node:path';
import { lockDirectoryInTurn } from '../common/directory-lock.ts';
import type { Log } from '../common/log.ts';
import { startParameterStore } from '../infra/parameter-store/server.ts';
import { PARAMETER_RULES } from '../infra/setup/parameter-rules.ts';
import { runService } from './standalone.ts';
import { storeSettings } from './store-settings.ts';

/** Serves the parameters in DATA_DIR. A second process waits until the first has ended, because only one may write there. */
await runService('parameter-store', async ({ config, log }) => {
  const { host, port, encryptionKey } = storeSettings(config);
  const unlock = await lockedDirectory(config.DATA_DIR, log);
  const store = await startParameterStore({
    directory: join(config.DATA_DIR, 'parameters'),
    key: config.PARAMETER_STORE_KEY,
    encryptionKey,
    host,
    port,
    rules: PARAMETER_RULES,
    log,
  });
  return {
    async stop() {
      await store.stop();
      unlock();
    },
  };
});

/** Some network file systems have no locks. There the operator has to see to it that only one process runs. */
async function lockedDirectory(directory: string, log: Log): Promise<() => void> {
  try {
    return await lockDirectoryInTurn(directory, 'parameter-store', () =>
      log.warn('waiting for another parameter store that uses this directory', { directory }),
    );
  } catch (error) {
    log.warn('this directory cannot be locked; run only one parameter store with it', {
      directory,
      error: (error as Error).message,
    });
    return () => {};
  }
}
