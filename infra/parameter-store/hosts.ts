import { isIP } from 'node:net';
import { StoreFault } from './fault.ts';

/** Names that nobody can register, so no page of a foreign site is ever loaded from them. */
const PRIVATE = /^(localhost|[a-z0-9-]+)$|\.(svc|cluster\.local|local|internal|localhost)$/;

/**
 * Refuses a request that a browser sends for a page of another site whose name was made to point here (DNS rebinding): the browser names
 * that site in `Host`.
 * @param host the header
 * @param more further names of this store
 * @throws StoreFault 421
 */
export function checkHost(host: string | undefined, more: readonly string[]): void {
  const name = (host ?? '').toLowerCase().replace(/:\d+$/, '');
  const isAddress = isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
  if (isAddress || PRIVATE.test(name) || more.includes(name)) return;
  throw new StoreFault(
    421,
    'wrong_host',
    'Expected `Host` to name this store by an IP address or a name of a private network. Add its other names to PARAMETER_STORE_HOSTS.',
  );
}
