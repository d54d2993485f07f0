import { join } from 'node:path';
import { startParameterStore } from '../infra/parameter-store/server.ts';
import { roleKeys } from '../infra/setup/parameter-access.ts';
import { PARAMETER_RULES } from '../infra/setup/parameter-rules.ts';
import { watchFreeDisk } from './free-disk.ts';
import { runService } from './standalone.ts';
import { createStoreMetrics } from './store-metrics.ts';
import { storeSettings } from './store-settings.ts';
import { storeTlsOf } from './store-tls.ts';

/** Serves the parameters in DATA_DIR. A second process waits until the first has ended, because only one may write there. */
await runService('parameter-store', async ({ config, log, meter }) => {
  const metrics = createStoreMetrics(meter);
  watchFreeDisk(meter, config.DATA_DIR);
  const store = await startParameterStore({
    ...storeSettings(config),
    directory: join(config.DATA_DIR, 'parameters'),
    key: config.PARAMETER_STORE_KEY,
    otherKeys: roleKeys(config.PARAMETER_STORE_KEY),
    waits: true,
    tls: storeTlsOf(config),
    rules: PARAMETER_RULES,
    onAnswer: (answer) => metrics.answered(answer),
    log,
  });
  metrics.watch(() => store.survey());
  return store;
});
