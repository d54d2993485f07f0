import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ConfigError, VARIABLE_NAMES, readConfig, twitchCredentials } from '../../workers/config.ts';

const key = { PARAMETER_STORE_KEY: 'a key of 16 letters or more' };

describe('readConfig(env)', () => {
  it('gives every default, frozen', () => {
    const config = readConfig(key);
    assert.deepEqual(config.KAFKA_BROKERS, ['127.0.0.1:9092']);
    assert.equal(config.HDFS_ROOT, '/chatlake');
    assert.ok(Object.isFrozen(config));
  });

  it('cuts lists at commas', () => {
    const config = readConfig({ ...key, WEBHDFS_URL: 'http://a:9870, http://b:9870', STREAM_POLL_LANGUAGES: 'KO,en' });
    assert.deepEqual(config.WEBHDFS_URL, ['http://a:9870', 'http://b:9870']);
    assert.deepEqual(config.STREAM_POLL_LANGUAGES, ['ko', 'en']);
  });

  it('takes an empty variable as one that is not set', () => {
    assert.equal(readConfig({ ...key, HDFS_USER: '' }).HDFS_USER, 'hdfs');
  });

  it('names every wrong variable at once, with what was found and the remedy', () => {
    assert.throws(
      () =>
        readConfig({
          ...key,
          STREAM_POLL_MINUTES: '0',
          STREAM_POLL_LANGUAGES: 'korean',
          TWITCH_CHAT_ANONYMOUS: 'maybe',
        }),
      (error: Error) =>
        error instanceof ConfigError &&
        /STREAM_POLL_MINUTES.*got `0`.*\.env/.test(error.message) &&
        /STREAM_POLL_LANGUAGES.*a language code like ko.*got `korean`/.test(error.message) &&
        /TWITCH_CHAT_ANONYMOUS.*got `maybe`/.test(error.message),
    );
  });

  it('never says a secret', () => {
    assert.throws(
      () => readConfig({ PARAMETER_STORE_KEY: 'short-secret' }),
      (error: Error) => error.message.includes('got 12 characters') && !error.message.includes('short-secret'),
    );
  });

  it('reads Temporal’s own variables through Temporal’s library', () => {
    const { temporal } = readConfig({ ...key, TEMPORAL_ADDRESS: 'temporal.test:7233', TEMPORAL_NAMESPACE: 'lake' });
    assert.deepEqual([temporal.connectionOptions.address, temporal.namespace], ['temporal.test:7233', 'lake']);
  });
});

describe('twitchCredentials(config)', () => {
  it('says what to set where they are missing', () => {
    assert.throws(() => twitchCredentials(readConfig(key)), /Set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET/);
  });
});

describe('.env.example', () => {
  it('describes exactly the variables that are read, with Temporal’s own', () => {
    const names = readFileSync('.env.example', 'utf8')
      .match(/^#? ?[A-Z][A-Z_]+(?==)/gm)
      ?.map((name) => name.replace(/^#? ?/, ''));
    assert.deepEqual(
      names?.sort(),
      [...VARIABLE_NAMES, 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_UI_URL'].sort(),
    );
  });
});
