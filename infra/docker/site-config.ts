import { renderNginxConfig } from '../nginx/config.ts';
import { siteHeaders } from '../site-server/headers.ts';

/** Part of the build of the site's image: prints nginx's configuration, with the headers that both servers send. */
const settings = {
  directory: '/site',
  host: '0.0.0.0',
  port: 8080,
  headers: siteHeaders,
  precompressed: true,
  statusPort: 8081,
};
process.stdout.write(renderNginxConfig(settings));
