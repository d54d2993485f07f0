import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface NginxSettings {
  /** The site, as an absolute path. */
  directory: string;
  host: string;
  port: number;
  headers: Readonly<Record<string, string>>;
  /** The user of the worker process. Set it only if root starts nginx. */
  user?: string;
  /** Send `file.gz` instead of compressing `file`. Not every nginx has this module. Default false. */
  precompressed?: boolean;
  /** Answer `/nginx-status` on this port of the loopback address, for nginx-prometheus-exporter. Not every nginx has this module. Default: no. */
  statusPort?: number;
}

const template = join(import.meta.dirname, 'nginx.conf.template');

/**
 * nginx's configuration for the site.
 * @throws Error for a directory that {@link canServe} refuses
 */
export function renderNginxConfig(settings: NginxSettings): string {
  const { directory, host, port, headers, user, precompressed = false, statusPort } = settings;
  if (!canServe(directory)) {
    throw new Error(
      `Expected a directory without quotes, backslashes, dollar signs and line ends, found ${JSON.stringify(directory)}. Rename it.`,
    );
  }
  const address = host.includes(':') ? `[${host}]` : host;
  const values: Record<string, string> = {
    USER: user === undefined ? '' : `user ${user};`,
    LISTEN: `${address}:${port}`,
    DIRECTORY: directory,
    PRECOMPRESSED: precompressed ? 'gzip_static on;' : '',
    HEADERS: Object.entries(headers)
      .map(([name, value]) => `        add_header ${name} "${value}" always;`)
      .join('\n'),
    STATUS: statusPort === undefined ? '' : statusServer(statusPort),
  };
  return readFileSync(template, 'utf8').replaceAll(/@([A-Z]+)@/g, (whole, name: string) => values[name] ?? whole);
}

function statusServer(port: number): string {
  return `
    server {
        listen 127.0.0.1:${port};
        location = /nginx-status {
            stub_status;
        }
        location / {
            return 404;
        }
    }`;
}

/** Whether nginx can serve a directory of this name. Its configuration cannot escape a `$`. */
export function canServe(directory: string): boolean {
  return !/["\\$\r\n]/.test(directory);
}
