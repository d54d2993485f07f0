import { isUntrusted } from '../../common/tls-files.ts';
import { FactError } from '../errors.ts';

interface Fault {
  why: string;
  remedy: string;
}

const TRUST = 'Set KAFKA_TLS_CA_FILE to the certificate of the authority that has signed the broker’s certificate';
const NAME = 'Use a name or an address of its certificate in KAFKA_BROKERS, and in advertised.listeners of the brokers';
const CERTIFICATE = 'Set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE to a certificate that it accepts';
const NO_TLS = 'Unset KAFKA_TLS…, or set KAFKA_BROKERS to its port for TLS';
const LOGIN = 'Correct KAFKA_SASL, and KAFKA_USER with KAFKA_PASSWORD or KAFKA_TOKEN_FILE';
const DEMANDS = 'If it demands TLS or a login, set KAFKA_TLS or KAFKA_SASL';
const START = 'Start it, or set KAFKA_BROKERS';

/**
 * Runs work that connects to Kafka. Errors of the connection become one sentence with the setting to correct.
 * @throws FactError, retryable, for such an error; other errors unchanged
 */
export async function orConnectionFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw connectionFault(error) ?? error;
  }
}

/** The fault of a connection to Kafka; undefined for any other error. kafkajs puts the reason into the causes, and has no text for some errors. */
export function connectionFault(error: unknown): FactError | undefined {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && !causes.includes(cause); cause = cause.cause) causes.push(cause);
  for (const cause of causes.toReversed()) {
    const fault = faultOf(cause);
    if (fault === undefined) continue;
    const { broker } = cause as { broker?: string };
    const text = `Expected Kafka${broker === undefined ? '' : ` at ${broker}`} to answer, but ${fault.why}. ${fault.remedy}.`;
    return new FactError(text, { facts: broker === undefined ? {} : { broker }, retryable: true, cause: error });
  }
  return undefined;
}

function faultOf({ name, message, ...more }: Error & { code?: string }): Fault | undefined {
  if (name === 'KafkaJSSASLAuthenticationError' || name === 'TokenRefused')
    return { why: `it refused the login: ${message}`, remedy: LOGIN };
  if (name === 'KafkaJSConnectionClosedError') return { why: 'it closed the connection', remedy: DEMANDS };
  if (name !== 'KafkaJSConnectionError') return undefined;
  const text = message.replace(/^Connection error: /, '').trim();
  const alert = /ssl\/tls (alert [\w ]+)|(?:tlsv1\d*) (alert [\w ]+)/.exec(text);
  if (alert !== null) return { why: `it refused our certificate (${alert[1] ?? alert[2]})`, remedy: CERTIFICATE };
  if (/before secure TLS connection|wrong version number|packet length too long/.test(text))
    return { why: 'it does not speak TLS', remedy: NO_TLS };
  if (more.code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { why: `its certificate has another name (${text})`, remedy: NAME };
  if (isUntrusted(more.code))
    return { why: `its certificate is not trusted (${text.split(';', 1)[0]})`, remedy: TRUST };
  return { why: `it did not (${text})`, remedy: START };
}
