import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { Refusal } from '../common/refusal.ts';
import { isUntrusted } from '../common/tls-files.ts';
import type { TemporalConnection } from './temporal-settings.ts';

type ConnectionOptions = TemporalConnection['connectionOptions'];

/** The time for a TLS handshake, and for the server to refuse our certificate after it. */
const HANDSHAKE_MS = 3_000;
const DEFAULT_REMEDY = 'Start it, or set TEMPORAL_ADDRESS, and TEMPORAL_TLS… and TEMPORAL_API_KEY if it requires them.';

/**
 * The refusal for a Temporal that cannot be reached. The libraries only say that a connection failed or was not ready in time, so for TLS this
 * tries a handshake of its own and gives its finding.
 */
export async function noTemporal(
  options: ConnectionOptions,
  error: unknown,
  remedy = DEFAULT_REMEDY,
): Promise<Refusal> {
  const address = options.address ?? '127.0.0.1:7233';
  const fault = isTls(options) ? await handshakeFault(address, options.tls) : undefined;
  const why = (fault?.why ?? (error as Error).message).replace(/\.+$/, '');
  const what = `Expected Temporal at ${address} to answer, but it did not: ${why}.`;
  return new Refusal(69, `${what} ${fault?.remedy ?? remedy}`, error);
}

function isTls({ tls, apiKey }: ConnectionOptions): boolean {
  return (tls !== undefined && tls !== null && tls !== false) || apiKey !== undefined;
}

/** OpenSSL's text for an alert of the server. */
const ALERT = /(?:tlsv1\d*|ssl\/tls) (alert [\w ]+)/;

/** The server closed the connection after a handshake, as some do instead of an alert. */
const CLOSED = 'CLOSED';

interface Fault {
  why: string;
  remedy: string;
}

/** What is wrong with TLS; undefined if the handshake succeeds. */
async function handshakeFault(address: string, tls: ConnectionOptions['tls']): Promise<Fault | undefined> {
  const {
    serverRootCACertificate: ca,
    clientCertPair: pair,
    serverNameOverride,
  } = typeof tls === 'object' && tls !== null ? tls : {};
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  const name = serverNameOverride ?? (isIP(host) === 0 ? host : undefined);
  const socket = connect({
    host,
    port: Number(address.slice(colon + 1)),
    ALPNProtocols: ['h2'],
    ...(name === undefined ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
    ...(pair === undefined ? {} : { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) }),
  });
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    socket.setTimeout(HANDSHAKE_MS, () => resolve(undefined));
    // A server with HTTP/2 speaks first. One that refuses our certificate closes the connection instead.
    socket.once('data', () => resolve(undefined));
    socket.once('error', resolve);
    socket.once('close', () => resolve(Object.assign(new Error('it closed the connection'), { code: CLOSED })));
  });
  socket.destroy();
  if (error === undefined) return undefined;
  const alert = ALERT.exec(error.message)?.[1];
  const why = alert === undefined ? error.message : `TLS ${alert}`;
  return { why, remedy: remedyFor(error, alert !== undefined || error.code === CLOSED, pair !== undefined) };
}

function remedyFor({ code = '' }: NodeJS.ErrnoException, isAlert: boolean, hasCertificate: boolean): string {
  if (isAlert)
    return hasCertificate
      ? 'Set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH to a certificate that it accepts.'
      : 'It demands a certificate: set TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Set TEMPORAL_TLS_SERVER_NAME to a name in its certificate, or use this name in TEMPORAL_ADDRESS.';
  if (isUntrusted(code))
    return 'Set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of the authority that has signed its certificate.';
  return DEFAULT_REMEDY;
}
