import { startSiteServer } from '../../../infra/site-server/server.ts';
import { siteContract } from './site-contract.ts';

describe('startSiteServer({ directory, host, port, log })', () => {
  siteContract(startSiteServer);
});
