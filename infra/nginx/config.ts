import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface NginxSettings {
  /** The site, as an absolute path. */
  directory: string;
  host: string;
  port: number;
  headers: Readonly<Record<string, string>>;
  /** Whom the worker runs as; only where nginx is started by root, else it runs as who starts it. */
  user?: string;
}

const template = join(import.meta.dirname, 'nginx.conf.template');

/**
 * nginx's configuration for the site.
 * @throws Error for a directory whose name nginx cannot be told: it has no way to write a `$`
 */
export function renderNginxConfig({ directory, host, port, headers, user }: NginxSettings): string {
  if (!canBeTold(directory)) {
    throw new Error(
      `Expected a directory without quotes, backslashes, dollars and line ends, found ${JSON.stringify(directory)}. Rename it.`,
    );
  }
  const address = host.includes(':') ? `[${host}]` : host;
  const values: Record<string, string> = {
    USER: user === undefined ? '' : `user ${user};`,
    LISTEN: `${address}:${port}`,
    DIRECTORY: directory,
    HEADERS: Object.entries(headers)
      .map(([name, value]) => `        add_header ${name} "${value}" always;`)
      .join('\n'),
  };
  return readFileSync(template, 'utf8').replaceAll(/@([A-Z]+)@/g, (whole, name: string) => values[name] ?? whole);
}

/** Whether nginx can serve a directory of this name. */
export function canBeTold(directory: string): boolean {
  return !/["\\$\r\n]/.test(directory);
}
