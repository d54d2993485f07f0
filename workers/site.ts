import { startSiteServer } from '../infra/site-server/server.ts';
import { readConfigWithoutStore } from './config.ts';
import { createSiteCounter } from './site-metrics.ts';
import { runService } from './standalone.ts';

/** Serves the site in REPORT_DIR on the loopback address, where nginx and containers are not wanted. */
await runService(
  'site',
  ({ config, log, meter }) =>
    startSiteServer({
      directory: config.REPORT_DIR,
      port: config.SITE_PORT,
      onAnswer: createSiteCounter(meter),
      log,
    }),
  readConfigWithoutStore,
);
