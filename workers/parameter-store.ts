import { join } from 'node:path';
import { startParameterStore } from '../infra/parameter-store/server.ts';
import { roleKeys } from '../infra/setup/parameter-access.ts';
import { PARAMETER_RULES } from '../infra/setup/parameter-rules.ts';
import { runService } from './standalone.ts';
import { storeSettings } from './store-settings.ts';
import { storeTlsOf } from './store-tls.ts';

/** Serves the parameters in DATA_DIR. A second process waits until the first has ended, because only one may write there. */
await runService('parameter-store', ({ config, log }) =>
  startParameterStore({
    ...storeSettings(config),
    directory: join(config.DATA_DIR, 'parameters'),
    key: config.PARAMETER_STORE_KEY,
    otherKeys: roleKeys(config.PARAMETER_STORE_KEY),
    waits: true,
    tls: storeTlsOf(config),
    rules: PARAMETER_RULES,
    log,
  }),
);
