import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../workers/config.ts';
import { storeSettings } from '../../workers/store-settings.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('readConfig(env) with secrets in files', () => {
  const directory = temporaryDirectories();
  const fileWith = (content: string): string => {
    const file = join(directory(), 'a secret');
    writeFileSync(file, content);
    return file;
  };
  const key = 'a-key-of-16-letters-or-more';

  it('reads them, without the line end of the file', () => {
    const config = readConfig({
      PARAMETER_STORE_KEY_FILE: fileWith(`${key}\n`),
      TWITCH_CLIENT_SECRET_FILE: fileWith('\uFEFFabc123\r\n'),
      PARAMETER_STORE_ENCRYPTION_KEY_FILE: fileWith('0f'.repeat(32)),
    });
    assert.equal(config.PARAMETER_STORE_KEY, key);
    assert.equal(config.TWITCH_CLIENT_SECRET, 'abc123');
    assert.equal(config.PARAMETER_STORE_ENCRYPTION_KEY, '0f'.repeat(32));
  });

  it('ignores the file of a secret that is set itself', () => {
    const env = { PARAMETER_STORE_KEY: key, PARAMETER_STORE_KEY_FILE: '/nowhere' };
    assert.equal(readConfig(env).PARAMETER_STORE_KEY, key);
  });

  it('names the variable and the file if it cannot be read or is empty', () => {
    for (const [file, found] of [
      ['/nowhere', 'ENOENT'],
      [directory(), 'EISDIR'],
      [fileWith(' \n'), 'an empty file'],
    ] as const)
      assert.throws(() => readConfig({ PARAMETER_STORE_KEY_FILE: file }), {
        name: 'Refusal',
        exitCode: 78,
        message: `Expected PARAMETER_STORE_KEY_FILE (${file}) to be a readable file with the secret, got ${found}. Write the secret to that file, or correct PARAMETER_STORE_KEY_FILE.`,
      });
  });

  it('shows no secret of a file that is not valid', () => {
    const file = fileWith('short-secret');
    chmodSync(file, 0o600);
    assert.throws(
      () => readConfig({ PARAMETER_STORE_KEY_FILE: file }),
      (error: Error) => error.message.includes('got 12 characters') && !error.message.includes('short-secret'),
    );
  });
});

describe('storeSettings(config)', () => {
  const NONE = { PARAMETER_STORE_HOSTS: [], PARAMETER_STORE_OLD_ENCRYPTION_KEY: undefined };

  const settings = (address: string) =>
    storeSettings({ ...NONE, PARAMETER_STORE_LISTEN: address, PARAMETER_STORE_ENCRYPTION_KEY: '0f'.repeat(32) });

  it('separates host and port', () => {
    assert.deepEqual(
      { ...settings('0.0.0.0:8180') },
      { host: '0.0.0.0', port: 8180, hosts: [], encryptionKey: Buffer.alloc(32, 15), oldEncryptionKeys: [] },
    );
    assert.equal(settings('[::1]:0').host, '::1');
  });

  it('says how to create the key if there is none', () => {
    assert.throws(
      () =>
        storeSettings({ ...NONE, PARAMETER_STORE_LISTEN: '127.0.0.1:0', PARAMETER_STORE_ENCRYPTION_KEY: undefined }),
      /Expected PARAMETER_STORE_ENCRYPTION_KEY or PARAMETER_STORE_ENCRYPTION_KEY_FILE.*openssl rand -hex 32/,
    );
  });
});
