import type { SASLOptions } from 'kafkajs';
import { z } from 'zod';
import type { KafkaSecurity } from '../activities/kafka/client.ts';
import { oauthBearer } from '../activities/kafka/oauth-bearer.ts';
import { ConfigError, invalid } from './config-error.ts';
import { localPath } from './local-path.ts';
import { checkedTls } from './tls-settings.ts';
import type { MissingVariable } from './tls-settings.ts';
import { readTokenFile } from './token-file.ts';

const PASSWORD_LOGINS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** The variables for brokers that demand TLS or a login. */
export const KAFKA_SECURITY = {
  KAFKA_TLS: z.enum(['yes', 'no']).default('no'),
  KAFKA_TLS_CA_FILE: localPath.optional(),
  KAFKA_TLS_CERT_FILE: localPath.optional(),
  KAFKA_TLS_KEY_FILE: localPath.optional(),
  KAFKA_SASL: z
    .string()
    .toLowerCase()
    .pipe(z.enum([...PASSWORD_LOGINS, 'oauthbearer']))
    .optional(),
  KAFKA_USER: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
  KAFKA_TOKEN_FILE: localPath.optional(),
};

type KafkaSettings = z.infer<z.ZodObject<typeof KAFKA_SECURITY>>;

/** The variables that are missing beside those that are set. A process that does not use Kafka has the same settings, and no password. */
export function missingForKafka(settings: KafkaSettings): MissingVariable[] {
  const { KAFKA_SASL: login } = settings;
  const missing: MissingVariable[] = [];
  const need = (variable: keyof KafkaSettings, what: string, because: string): void => {
    if (settings[variable] === undefined) missing.push({ variable, expected: `${what}, because ${because}` });
  };
  if (login === 'oauthbearer') need('KAFKA_TOKEN_FILE', 'a file with a token', `KAFKA_SASL is ${login}`);
  else if (login !== undefined) need('KAFKA_USER', 'a user name', `KAFKA_SASL is ${login}`);
  const without = (['KAFKA_USER', 'KAFKA_PASSWORD', 'KAFKA_TOKEN_FILE'] as const).find(
    (it) => settings[it] !== undefined,
  );
  if (without !== undefined)
    need('KAFKA_SASL', 'plain, scram-sha-256, scram-sha-512 or oauthbearer', `${without} is set`);
  return missing;
}

/**
 * TLS and the login for all connections to Kafka.
 * @throws ConfigError if a file of KAFKA_TLS_… cannot be used, or the password is missing
 */
export function kafkaSecurityOf(settings: KafkaSettings): KafkaSecurity {
  const files = {
    ca: settings.KAFKA_TLS_CA_FILE,
    cert: settings.KAFKA_TLS_CERT_FILE,
    key: settings.KAFKA_TLS_KEY_FILE,
  };
  const isTls = settings.KAFKA_TLS === 'yes' || Object.values(files).some((file) => file !== undefined);
  const sasl = loginOf(settings);
  return {
    ...(isTls ? { readTls: checkedTls('KAFKA', files) } : {}),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function loginOf(settings: KafkaSettings): KafkaSecurity['sasl'] {
  const { KAFKA_SASL: mechanism, KAFKA_USER: username = '', KAFKA_PASSWORD: password } = settings;
  if (mechanism === undefined) return undefined;
  if (mechanism !== 'oauthbearer') {
    const expected = `a password (or KAFKA_PASSWORD_FILE), because KAFKA_SASL is ${mechanism}`;
    if (password === undefined) throw new ConfigError(invalid('KAFKA_PASSWORD', expected, password));
    return { mechanism, username, password } as SASLOptions;
  }
  const file = settings.KAFKA_TOKEN_FILE ?? '';
  return oauthBearer(() => readTokenFile('KAFKA_TOKEN_FILE', file));
}
