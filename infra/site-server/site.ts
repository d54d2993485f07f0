import type { Log } from '../../common/log.ts';
import { isFree } from '../local/ports.ts';

export interface SiteOptions {
  /** The published site; made where absent. Read anew for each request, so that publishing shows at once. */
  directory: string;
  /** The address to listen on. Default 127.0.0.1: this machine alone. */
  host?: string;
  /** Default 8080. Where it is taken, the next free one is used, and the log says so. 0: any. */
  port?: number;
  /** What nginx keeps while it runs lies here, and what a run that was killed left there is removed. Default: a new temporary directory. */
  scratchDirectory?: string;
  log: Log;
}

export interface Site {
  url: string;
  server: 'nginx' | 'node';
  stop(): Promise<void>;
}

export const defaultHost = '127.0.0.1';
export const defaultPort = 8080;

/** How many ports from the wanted one on are tried. */
const PORTS_TRIED = 100;

/**
 * Starts a server on the wanted port or, where that is taken, on the first free one after it.
 * @throws what `start` throws for another reason than a taken port; Error when all of 100 ports are taken
 */
export async function onNextPort<T>(
  { host = defaultHost, port: wanted = defaultPort, log }: Pick<SiteOptions, 'host' | 'port' | 'log'>,
  start: (port: number) => Promise<T>,
): Promise<T> {
  for (let port = wanted; port < wanted + PORTS_TRIED && port <= 65_535; port += 1) {
    if (!(await isFree(port, host))) continue;
    try {
      const started = await start(port);
      if (port !== wanted)
        log.warn(`port ${wanted} is taken by another program; the site is on ${port}`, { wanted, port });
      return started;
    } catch (error) {
      if (await isFree(port, host)) throw error;
    }
  }
  throw new Error(
    `Expected a free port on ${host} from ${wanted} on, found none among ${PORTS_TRIED}. Choose another port or address.`,
  );
}

/** The address a browser on this machine can use. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}
