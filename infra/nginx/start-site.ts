import { resolve } from 'node:path';
import { onPath } from '../local/programs.ts';
import { startSiteServer } from '../site-server/server.ts';
import type { Site, SiteOptions } from '../site-server/site.ts';
import { canBeTold } from './config.ts';
import { startNginx } from './server.ts';

/** Serves the published site with nginx where it is installed and starts, else from this process; both give the same answers. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const nginx = onPath('nginx');
  if (nginx === undefined || !canBeTold(resolve(options.directory))) return startSiteServer(options);
  try {
    return await startNginx(nginx, options);
  } catch (error) {
    options.log.warn('nginx is installed but does not serve the site; serving it from this process instead', {
      reason: (error as Error).message,
    });
    return startSiteServer(options);
  }
}
