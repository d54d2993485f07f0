import { resolve } from 'node:path';
import { onPath } from '../local/programs.ts';
import { startSiteServer } from '../site-server/server.ts';
import type { Site, SiteOptions } from '../site-server/site.ts';
import { canServe } from './config.ts';
import { startNginx } from './server.ts';

/** Serves the published site with nginx or, if nginx is not installed or does not start, from this process. Both answer the same. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const nginx = onPath('nginx');
  if (nginx === undefined || !canServe(resolve(options.directory))) return startSiteServer(options);
  try {
    return await startNginx(nginx, options);
  } catch (error) {
    options.log.warn('nginx is installed but failed to start; serving the site from this process', {
      reason: (error as Error).message,
    });
    return startSiteServer(options);
  }
}
