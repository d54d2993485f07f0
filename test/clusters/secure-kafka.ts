import { createSign, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerProcess, metadataRequest, serverProperties } from '../../infra/local/kafka-server.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startServer } from '../../infra/local/server.ts';
import type { RunningServer } from '../../infra/local/server.ts';
import type { Authority } from '../integration/certificates.ts';

/** One broker with a listener for each kind of security. */
export interface SecureKafka {
  /** For the launcher. */
  plain: string;
  /** Demands a certificate of the authority. */
  mtls: string;
  /** TLS, and a login: PLAIN, SCRAM or OAUTHBEARER. */
  login: string;
}

export const USER = 'collector';
/** Has separators of SASL messages and of Java settings. */
export const PASSWORD = 'pass=word;with:all#of-them';

const ISSUER = 'https://login.example';

/** A login must be repeated after this time: the broker closes other connections. */
const LOGIN_AGAIN_MS = 5_000;

/** Signs tokens, as an identity provider does. */
export interface TokenIssuer {
  /** The public keys, as a JSON Web Key Set. */
  keys: string;
  issue(validSeconds: number): string;
}

export function tokenIssuer(): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    keys: JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', use: 'sig', alg: 'RS256' }] }),
    issue: (validSeconds) => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = { iss: ISSUER, aud: 'kafka', sub: USER, iat: now, exp: now + validSeconds };
      const text = `${base64({ alg: 'RS256', kid: '1', typ: 'JWT' })}.${base64(claims)}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
    },
  };
}

/** Starts a real broker that demands TLS and logins. */
export function startSecureKafka(
  directory: string,
  authority: Authority,
  issuer: TokenIssuer,
): Promise<RunningServer<SecureKafka>> {
  return startServer(
    {
      name: 'secure-kafka',
      ports: ['broker', 'controller', 'mtls', 'login'],
      prepare: async (place, ports) => {
        const { key, cert } = authority.issue('broker');
        writeFileSync(join(place, 'broker.pem'), `${key}${cert}`);
        writeFileSync(join(place, 'ca.pem'), authority.cert);
        writeFileSync(join(place, 'keys.json'), issuer.keys);
        const listeners = [`MTLS://127.0.0.1:${ports.mtls}`, `LOGIN://127.0.0.1:${ports.login}`];
        const own = serverProperties(ports);
        const spec = await brokerProcess(
          place,
          { ...own, ...securityOf(place), ...withListeners(own, listeners) },
          { name: 'secure-kafka', log: silentProgress, formatArgs: scramUsers() },
        );
        const allowed = `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${join(place, 'keys.json')}`;
        return [{ ...spec, args: [allowed, ...spec.args] }];
      },
      request: ({ plain }) => metadataRequest({ brokers: [plain] }),
      requestName: 'a metadata request',
      address: (ports) => ({
        plain: `127.0.0.1:${ports.broker}`,
        mtls: `127.0.0.1:${ports.mtls}`,
        login: `127.0.0.1:${ports.login}`,
      }),
      remedy: () => '',
    },
    { directory, log: silentProgress },
  );
}

function withListeners(own: Readonly<Record<string, unknown>>, listeners: readonly string[]): Record<string, string> {
  return {
    listeners: [own['listeners'], ...listeners].join(','),
    'advertised.listeners': [own['advertised.listeners'], ...listeners].join(','),
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,MTLS:SSL,LOGIN:SASL_SSL',
  };
}

function securityOf(directory: string): Record<string, string | number> {
  const modules = 'org.apache.kafka.common.security';
  const oauth = `${modules}.oauthbearer`;
  return {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    // The launcher, and the test with a certificate.
    'super.users': 'User:ANONYMOUS;User:CN=collector',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': 'broker.pem',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': 'ca.pem',
    'listener.name.mtls.ssl.client.auth': 'required',
    'listener.name.login.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    'listener.name.login.connections.max.reauth.ms': LOGIN_AGAIN_MS,
    'listener.name.login.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required user_${USER}="${PASSWORD}";`,
    'listener.name.login.scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.login.scram-sha-512.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    'listener.name.login.oauthbearer.sasl.jaas.config': `${oauth}.OAuthBearerLoginModule required;`,
    'listener.name.login.oauthbearer.sasl.server.callback.handler.class': `${oauth}.OAuthBearerValidatorCallbackHandler`,
    'listener.name.login.oauthbearer.sasl.oauthbearer.jwks.endpoint.url': `file://${join(directory, 'keys.json')}`,
    'listener.name.login.oauthbearer.sasl.oauthbearer.expected.audience': 'kafka',
    'listener.name.login.oauthbearer.sasl.oauthbearer.expected.issuer': ISSUER,
  };
}

function scramUsers(): string[] {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name="${USER}",password="${PASSWORD}"]`,
  ]);
}
