import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaOf } from '../../workers/clients.ts';
import { ConfigError, readConfig } from '../../workers/config.ts';
import { kafkaSecurityOf } from '../../workers/kafka-settings.ts';
import { silentLog } from '../../common/log.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { certificateAuthority } from '../integration/certificates.ts';

const KEY = { PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };
const SECRET = 'hunter2-hunter2-hunter2';

describe('settings for clusters that demand TLS or a login', () => {
  const temporaryDirectory = temporaryDirectories();
  const file = (text: string): string => {
    const path = join(temporaryDirectory(), 'file');
    writeFileSync(path, text);
    return path;
  };

  describe('readConfig(env)', () => {
    for (const name of ['KAFKA_PASSWORD', 'PARAMETER_STORE_KEY', 'TWITCH_CLIENT_SECRET'] as const) {
      const login = { KAFKA_SASL: 'plain', KAFKA_USER: 'a', KAFKA_PASSWORD: 'b', ...KEY };
      const others = Object.fromEntries(Object.entries(login).filter(([other]) => other !== name));
      const secret = name === 'TWITCH_CLIENT_SECRET' ? 'abc123' : SECRET;

      it(`reads ${name} from a file, without its line end`, () => {
        assert.equal(readConfig({ ...others, [`${name}_FILE`]: file(`${secret}\n`) })[name], secret);
      });

      it(`refuses a file of ${name} that cannot be read, with the variable`, () => {
        assert.throws(() => readConfig({ ...others, [`${name}_FILE`]: '/nowhere' }), {
          exitCode: 78,
          message: new RegExp(
            `^Expected ${name}_FILE \\(/nowhere\\) to be a readable file with the secret, got ENOENT`,
          ),
        });
      });
    }

    for (const [env, finding] of [
      [
        { KAFKA_SASL: 'plain' },
        /KAFKA_USER is invalid: expected a user name, because KAFKA_SASL is plain, got nothing/,
      ],
      [{ KAFKA_SASL: 'oauthbearer' }, /KAFKA_TOKEN_FILE is invalid: expected a file with a token/],
      [{ KAFKA_SASL: 'gssapi' }, /KAFKA_SASL is invalid: expected .*oauthbearer.*got `gssapi`/],
      [{ KAFKA_USER: 'a' }, /KAFKA_SASL is invalid: expected plain, .*because KAFKA_USER is set/],
      [{ KAFKA_PASSWORD: SECRET }, /KAFKA_SASL is invalid: .*because KAFKA_PASSWORD is set/],
      [{ KAFKA_TLS_CERT_FILE: '/a' }, /KAFKA_TLS_KEY_FILE is invalid: expected the key of the certificate/],
      [{ KAFKA_TLS_KEY_FILE: '/a' }, /KAFKA_TLS_CERT_FILE is invalid: expected the certificate of the key/],
      [{ PARAMETER_STORE_TLS_CERT_FILE: '/a' }, /PARAMETER_STORE_TLS_KEY_FILE is invalid/],
    ] as const)
      it(`refuses ${Object.keys(env).join(', ')} alone`, () => {
        assert.throws(
          () => readConfig({ ...KEY, ...env }),
          (error: Error) => {
            assert.ok(error instanceof ConfigError);
            assert.match(error.message, finding);
            assert.ok(!error.message.includes(SECRET));
            return true;
          },
        );
      });

    it('accepts a login method in capital letters', () => {
      assert.equal(
        readConfig({ ...KEY, KAFKA_SASL: 'SCRAM-SHA-512', KAFKA_USER: 'a', KAFKA_PASSWORD: 'b' }).KAFKA_SASL,
        'scram-sha-512',
      );
    });
  });

  describe('kafkaSecurityOf(config)', () => {
    it('refuses a login without its password, which a process that does not use Kafka does not have', () => {
      const config = readConfig({ ...KEY, KAFKA_SASL: 'plain', KAFKA_USER: 'a', KAFKA_PASSWORD: '' });
      assert.throws(
        () => kafkaSecurityOf(config),
        /^ConfigError: KAFKA_PASSWORD is invalid: expected a password \(or KAFKA_PASSWORD_FILE\), because KAFKA_SASL is plain, got nothing/,
      );
    });

    const authority = certificateAuthority();
    const own = authority.issue('own');
    const other = authority.issue('other');
    const encrypted = createPrivateKey(own.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    const der = Buffer.from(own.cert.replaceAll(/-.*-/g, ''), 'base64').toString('latin1');

    for (const [what, files, finding] of [
      [
        'no file',
        { ca: '/nowhere/ca.pem' },
        /^Expected KAFKA_TLS_CA_FILE \(\/nowhere\/ca\.pem\) to be a readable file in PEM, found ENOENT\.$/,
      ],
      ['a key for a certificate', { ca: own.key }, /KAFKA_TLS_CA_FILE .*a certificate in PEM, found none/],
      ['a certificate in DER', { ca: der }, /KAFKA_TLS_CA_FILE .*openssl x509 -inform der/],
      [
        'a certificate for a key',
        { cert: own.cert, key: own.cert },
        /KAFKA_TLS_KEY_FILE .*a private key in PEM, found none/,
      ],
      [
        'a key with a passphrase',
        { cert: own.cert, key: encrypted },
        /KAFKA_TLS_KEY_FILE .*without a passphrase.*openssl pkey/,
      ],
      [
        'the key of another certificate',
        { cert: own.cert, key: other.key },
        /KAFKA_TLS_KEY_FILE to be the key of the first certificate/,
      ],
    ] as const)
      it(`refuses ${what} in one sentence`, () => {
        const place = (text: string): string => (text.startsWith('/') ? text : file(text));
        const env: Record<string, string> = { ...KEY };
        for (const [part, text] of Object.entries(files)) env[`KAFKA_TLS_${part.toUpperCase()}_FILE`] = place(text);
        const config = readConfig(env);
        assert.throws(
          () => kafkaOf(config, 'test', silentLog),
          (error: Error) => {
            assert.ok(error instanceof ConfigError, error.stack);
            assert.match(error.message, finding);
            assert.ok(!/BEGIN|ENCRYPTED/.test(error.message));
            return true;
          },
        );
      });

    it('reads a renewed certificate for the next connection', () => {
      const ca = file(authority.cert);
      const { readTls } = kafkaSecurityOf(readConfig({ ...KEY, KAFKA_TLS_CA_FILE: ca }));
      assert.equal(readTls?.().ca, authority.cert);
      const renewed = certificateAuthority();
      writeFileSync(ca, renewed.cert);
      assert.equal(readTls?.().ca, renewed.cert);
    });

    it('uses TLS with the authorities of Node if KAFKA_TLS is yes, and none by default', () => {
      assert.deepEqual(kafkaSecurityOf(readConfig({ ...KEY, KAFKA_TLS: 'yes' })).readTls?.(), {});
      assert.deepEqual(kafkaSecurityOf(readConfig(KEY)), {});
    });
  });
});
