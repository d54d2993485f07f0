import { join } from 'node:path';
import { startParameterStore } from '../infra/parameter-store/server.ts';
import { PARAMETER_RULES } from '../infra/setup/parameter-rules.ts';
import { runService } from './standalone.ts';
import { storeOptions } from './store-process.ts';

/** Serves the parameters in DATA_DIR. Only one process may use that directory. */
await runService('parameter-store', ({ config, log }) =>
  startParameterStore({
    ...storeOptions(config),
    directory: join(config.DATA_DIR, 'parameters'),
    rules: PARAMETER_RULES,
    log,
  }),
);
