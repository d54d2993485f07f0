import { silentLog } from '../../common/log.ts';
import { startSiteServer } from '../../infra/site-server/server.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import { reportPageContract } from './report-page.ts';

describe('a published report in Chromium', function () {
  this.timeout(BROWSER_TIMEOUT_MS);
  reportPageContract((directory) => startSiteServer({ directory, port: 0, log: silentLog }));
});
