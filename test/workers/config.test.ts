import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ConfigError, VARIABLE_NAMES, chatQueues, ownChatQueue, readConfig } from '../../workers/config.ts';
import { oldAccountWarning } from '../../workers/account-names.ts';
import { twitchCredentials, usedAccounts } from '../../workers/twitch-settings.ts';

const key = { PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };

describe('readConfig(env)', () => {
  it('returns all defaults, frozen', () => {
    const config = readConfig(key);
    assert.deepEqual(config.KAFKA_BROKERS, ['127.0.0.1:9092']);
    assert.equal(config.HDFS_ROOT, '/chatlake');
    assert.ok(Object.isFrozen(config));
  });

  it('names the lake and the namespace after the installation, unless they are set', () => {
    const named = readConfig({ ...key, CHATLAKE_INSTALLATION: 'night' });
    assert.deepEqual([named.HDFS_ROOT, named.temporal.namespace], ['/night', 'night']);
    const set = { CHATLAKE_INSTALLATION: 'night', HDFS_ROOT: '/lakes/a', TEMPORAL_NAMESPACE: 'b.c' };
    const both = readConfig({ ...key, ...set });
    assert.deepEqual([both.HDFS_ROOT, both.temporal.namespace], ['/lakes/a', 'b.c']);
    assert.equal(readConfig(key).temporal.namespace, 'default');
    assert.throws(() => readConfig({ ...key, CHATLAKE_INSTALLATION: 'Night!' }), /CHATLAKE_INSTALLATION is invalid/);
  });

  it('splits lists at commas', () => {
    const config = readConfig({ ...key, WEBHDFS_URL: 'http://a:9870, http://b:9870', STREAM_POLL_LANGUAGES: 'KO,en' });
    assert.deepEqual(config.WEBHDFS_URL, ['http://a:9870', 'http://b:9870']);
    assert.deepEqual(config.STREAM_POLL_LANGUAGES, ['ko', 'en']);
  });

  it('rejects a collector name that is a path step', () => {
    for (const COLLECTOR_NAME of ['.', '..'])
      assert.throws(() => readConfig({ ...key, COLLECTOR_NAME }), /COLLECTOR_NAME.*it names a directory/);
    assert.equal(readConfig({ ...key, COLLECTOR_NAME: '..a.' }).COLLECTOR_NAME, '..a.');
  });

  it('rejects collector names that mark imported lines', () => {
    for (const name of ['import-', 'import-1']) {
      assert.throws(
        () => readConfig({ ...key, COLLECTOR_NAME: name }),
        /COLLECTOR_NAME.*another beginning than import-, which marks imported lines/,
      );
      assert.throws(() => readConfig({ ...key, COLLECTORS: `a,${name}` }), /COLLECTORS.*begins with import-/);
    }
    for (const name of ['import', 'an-import-1', 'import_1'])
      assert.equal(readConfig({ ...key, COLLECTOR_NAME: name }).COLLECTOR_NAME, name);
  });

  it('takes a time zone by its name, and refuses all else', () => {
    assert.equal(readConfig({ ...key, REPORT_TIME_ZONE: '' }).REPORT_TIME_ZONE, undefined);
    for (const zone of ['Asia/Seoul', 'UTC', 'America/New_York'])
      assert.equal(readConfig({ ...key, REPORT_TIME_ZONE: zone }).REPORT_TIME_ZONE, zone);
    for (const zone of ['Asia/Soul', 'KST', '+09:00', 'Seoul', '9'])
      assert.throws(() => readConfig({ ...key, REPORT_TIME_ZONE: zone }), {
        message: `REPORT_TIME_ZONE is invalid: expected a time zone by its name, like Asia/Seoul or UTC, got \`${zone}\`. Set it in the environment or in .env; .env.example describes it.`,
      });
  });

  it('keeps yellow longer than red', () => {
    assert.equal(readConfig(key).YELLOW_KEEP_DAYS, undefined);
    assert.equal(readConfig({ ...key, YELLOW_KEEP_DAYS: '31' }).YELLOW_KEEP_DAYS, 31);
    for (const RED_KEEP_DAYS of ['', '90'])
      assert.throws(() => readConfig({ ...key, RED_KEEP_DAYS, YELLOW_KEEP_DAYS: '30' }), {
        name: 'ConfigError',
        message:
          'YELLOW_KEEP_DAYS is invalid: expected more days than RED_KEEP_DAYS, which is 30 if it is not set, got `30`. Set it in the environment or in .env; .env.example describes it.',
      });
  });

  it('reads the accounts of Twitch, each once', () => {
    const accounts = (text: string) => readConfig({ ...key, TWITCH_ACCOUNTS: text }).TWITCH_ACCOUNTS;
    assert.deepEqual(readConfig(key).TWITCH_ACCOUNTS, ['chatlake']);
    assert.deepEqual(accounts(' one, two_2,three-3 ,'), ['one', 'two_2', 'three-3']);
    assert.throws(() => accounts('one,One'), /TWITCH_ACCOUNTS.*names of lower-case letters.*got `one,One`/);
    assert.throws(() => accounts('one,one'), /TWITCH_ACCOUNTS.*each name once/);
    assert.throws(() => accounts(','), /TWITCH_ACCOUNTS.*at least one name/);
    const hundredAndOne = Array.from({ length: 101 }, (_, n) => `a${n}`).join(',');
    assert.throws(() => accounts(hundredAndOne), /TWITCH_ACCOUNTS.*at most 100 names/);
  });

  it('reads TWITCH_ACCOUNT of 0.1.0 as the only account, says so, and refuses it beside TWITCH_ACCOUNTS', () => {
    const old = { ...key, TWITCH_ACCOUNT: ' reader ' };
    assert.deepEqual(readConfig(old).TWITCH_ACCOUNTS, ['reader']);
    assert.match(oldAccountWarning(old) ?? '', /^TWITCH_ACCOUNT is an old name: set TWITCH_ACCOUNTS=reader instead/);
    assert.equal(oldAccountWarning({ ...key, TWITCH_ACCOUNT: '' }), undefined);
    assert.throws(() => readConfig({ ...old, TWITCH_ACCOUNTS: 'a' }), {
      name: 'ConfigError',
      message: 'Expected either TWITCH_ACCOUNTS or TWITCH_ACCOUNT, found both. Remove TWITCH_ACCOUNT, the old name.',
    });
  });

  it('uses the first account alone when chat is read anonymously', () => {
    const used = (anonymous: string) =>
      usedAccounts(readConfig({ ...key, TWITCH_ACCOUNTS: 'one,two', TWITCH_CHAT_ANONYMOUS: anonymous }));
    assert.deepEqual([used('no'), used('yes')], [['one', 'two'], ['one']]);
  });

  it('treats an empty variable as unset', () => {
    assert.equal(readConfig({ ...key, HDFS_USER: '' }).HDFS_USER, 'hdfs');
  });

  it('names all invalid variables, with the found value and the remedy', () => {
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

  it('accepts IP addresses with a port for metrics, and no address', () => {
    for (const METRICS_ADDRESS of ['127.0.0.1:9464', '0.0.0.0:1', '[::1]:9464']) {
      assert.equal(readConfig({ ...key, METRICS_ADDRESS }).METRICS_ADDRESS, METRICS_ADDRESS);
    }
    assert.equal(readConfig(key).METRICS_ADDRESS, undefined);
    for (const METRICS_ADDRESS of ['localhost:9464', '9464', ':9464', '127.0.0.1']) {
      assert.throws(() => readConfig({ ...key, METRICS_ADDRESS }), /METRICS_ADDRESS.*an IP address and a port/);
    }
  });

  it('never shows a secret', () => {
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
  it('says what to set if they are missing', () => {
    assert.throws(() => twitchCredentials(readConfig(key)), /Set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET/);
  });
});

describe('chatQueues(config), ownChatQueue(config)', () => {
  const configOf = (env: NodeJS.ProcessEnv) => readConfig({ ...key, ...env });

  it('are the queue `chat` for a single collector, whatever its name', () => {
    assert.deepEqual(chatQueues(configOf({})), ['chat']);
    assert.equal(ownChatQueue(configOf({ COLLECTOR_NAME: 'somebody' })), 'chat');
  });

  it('are a queue for each name in COLLECTORS', () => {
    assert.deepEqual(chatQueues(configOf({ COLLECTORS: 'a, b' })), ['chat-a', 'chat-b']);
    assert.equal(ownChatQueue(configOf({ COLLECTORS: 'a,b', COLLECTOR_NAME: 'b' })), 'chat-b');
  });

  it('reject a collector that is not in COLLECTORS, and duplicate names', () => {
    const stranger = configOf({ COLLECTORS: 'a,b', COLLECTOR_NAME: 'c' });
    assert.throws(() => ownChatQueue(stranger), /Expected COLLECTOR_NAME to be one of COLLECTORS \(a, b\), got `c`/);
    assert.throws(() => configOf({ COLLECTORS: 'a,a' }), /COLLECTORS .*each name once.*got `a,a`/);
    assert.throws(() => configOf({ COLLECTORS: 'a b' }), /COLLECTORS .*letters, digits/);
  });
});

describe('.env.example', () => {
  it('describes exactly the variables that are read, including Temporal’s own', () => {
    const names = readFileSync('.env.example', 'utf8')
      .match(/^#? ?[A-Z][A-Z_]+(?==)/gm)
      ?.map((name) => name.replace(/^#? ?/, ''));
    assert.deepEqual(
      names?.sort(),
      [...VARIABLE_NAMES, 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_UI_URL'].sort(),
    );
  });
});
