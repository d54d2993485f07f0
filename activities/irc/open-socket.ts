import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/**
 * Opens a socket to `irc://host:port` (default port 6667) or, over TLS, `ircs://host:port` (6697). `ca` replaces the system's certificates.
 */
export function openSocket(url: string, ca: string | undefined, onConnect: () => void): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'ircs:') return connect({ host, port: Number(port || 6667), noDelay: true }, onConnect);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return connectTls(
    { host, port: Number(port || 6697), ...servername, ...(ca === undefined ? {} : { ca }) },
    onConnect,
  );
}
