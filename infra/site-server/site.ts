import type { Log } from '../../common/log.ts';
import { isFree } from '../../common/free-port.ts';

export interface SiteOptions {
  /** The published site. Created if necessary. Each request reads the disk, so new pages appear immediately. */
  directory: string;
  /** The address to listen on. Default 127.0.0.1: this machine only. */
  host?: string;
  /** Default 8080. If it is taken, the next free port is used, with a warning. 0: any port. */
  port?: number;
  /** For the files of nginx. Emptied at the start. Default: a new temporary directory. */
  scratchDirectory?: string;
  log: Log;
}

export interface Site {
  url: string;
  server: 'nginx' | 'node';
  stop(): Promise<void>;
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8080;

const PORTS_TRIED = 100;

/**
 * Starts a server on the wanted port or, if it is taken, on the next free one.
 * @throws the error of `start` if the port is free; Error if 100 ports are taken
 */
export async function onNextPort<T>(
  { host = DEFAULT_HOST, port: wanted = DEFAULT_PORT, log }: Pick<SiteOptions, 'host' | 'port' | 'log'>,
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
    `Expected a free port on ${host} from ${wanted} up, found none among ${PORTS_TRIED}. Choose another port or address.`,
  );
}

/** The URL for a browser on this machine. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`;
  if (host === '::') return `http://[::1]:${port}`;
  return host.includes(':') ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}
