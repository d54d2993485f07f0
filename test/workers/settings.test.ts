import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cleanValue } from '../../workers/clean-value.ts';
import { ConfigError, readConfig } from '../../workers/config.ts';
import { twitchCredentials } from '../../workers/twitch-settings.ts';
import { nearest } from '../../common/nearest.ts';
import { WITHOUT_OTHER_TEMPORALS, unknownInEnvironment, unknownInFile } from '../../workers/variable-names.ts';

const key = { PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };
const SECRET = 'k3yfr0mth3c0ns0l3';

/** Characters that are copied along from a page, a chat or a file of another system. */
const AROUND = ['\n', '\r\n', '\r', '  ', '\t', '\ufeff', '\u200b', '\u00a0', '\u2060', '\u3000', '\u200e', '\u2028'];

describe('a setting with characters around it', () => {
  for (const sign of AROUND) {
    it(`loses ${JSON.stringify(sign)}`, () => {
      const around = (value: string): string => `${sign}${value}${sign}`;
      const config = readConfig({
        PARAMETER_STORE_KEY: around(key.PARAMETER_STORE_KEY),
        TWITCH_CLIENT_ID: around('an1d'),
        TWITCH_CLIENT_SECRET: around(SECRET),
        TWITCH_CHAT_ANONYMOUS: around('yes'),
        STREAM_POLL_MINUTES: around('5'),
        STREAM_POLL_CHANNELS: around(`one,${sign} two`),
        WEBHDFS_URL: around('http://127.0.0.1:1'),
        HDFS_USER: around('hdfs'),
        TEMPORAL_ADDRESS: around('127.0.0.1:7233'),
        TEMPORAL_NAMESPACE: around('lake'),
        LOG_LEVEL: around('warn'),
      });
      assert.deepEqual(twitchCredentials(config), { clientId: 'an1d', clientSecret: SECRET });
      assert.equal(config.PARAMETER_STORE_KEY, key.PARAMETER_STORE_KEY);
      assert.equal(config.TWITCH_CHAT_ANONYMOUS, true);
      assert.equal(config.STREAM_POLL_MINUTES, 5);
      assert.equal(config.temporal.connectionOptions.address, '127.0.0.1:7233');
      assert.equal(config.temporal.namespace, 'lake');
    });
  }

  it('loses one pair of quotes', () => {
    for (const quoted of [`"${SECRET}"`, `'${SECRET}'`, ` "${SECRET}"\n`, `“${SECRET}”`, `" ${SECRET} "`])
      assert.equal(cleanValue(quoted), SECRET, quoted);
    assert.equal(cleanValue('"'), '"');
    assert.equal(cleanValue('\'a"'), '\'a"');
  });

  it('counts as unset if nothing else is left', () => {
    assert.equal(readConfig({ ...key, HDFS_USER: ' \n\u200b', STREAM_POLL_MINUTES: '""' }).HDFS_USER, 'hdfs');
    assert.throws(() => twitchCredentials(readConfig({ ...key, TWITCH_CLIENT_ID: '\n' })), /Set TWITCH_CLIENT_ID/);
  });
});

describe('a setting with invalid content', () => {
  for (const [name, value, cause] of [
    ['TWITCH_IRC_URL', 'ircs://user:pass@chat.example', /without a user or a password.*ircs:\/\/…@chat/],
    ['TWITCH_CLIENT_SECRET', 'ab\ncd', /no invisible characters, but it has U\+000A at position 3/],
    ['TWITCH_CLIENT_SECRET', 'abc\u200bdef', /U\+200B at position 4/],
    ['TWITCH_CLIENT_SECRET', 'ab cd', /without spaces, but it has U\+0020 at position 3/],
    ['TWITCH_CLIENT_SECRET', 'sеcret', /U\+0435 at position 2/],
    ['TWITCH_CLIENT_SECRET', '"secret', /no quotes/],
    ['TWITCH_CLIENT_SECRET', 'oauth:secret', /not a user token \(`oauth:`\)/],
    ['TWITCH_CLIENT_SECRET', '<secret>', /letters and digits/],
    ['TWITCH_CLIENT_SECRET', '${SECRET}', /letters and digits/],
    ['TWITCH_CLIENT_SECRET', 'undefined', /your own value/],
    ['TWITCH_CLIENT_SECRET', 'your_client_secret', /your own value/],
    ['TWITCH_CLIENT_SECRET', 'xxxxxxxxxxxx', /your own value/],
    ['TWITCH_CLIENT_ID', '비밀', /U\+BE44 at position 1/],
    ['PARAMETER_STORE_KEY', 'sixteen letters or more', /U\+0020 at position 8/],
    ['PARAMETER_STORE_KEY', 'naïve-letters-and-more', /U\+00EF at position 3/],
    ['TWITCH_API_URL', 'https://api.twi\ttch.tv', /U\+0009 at position 16/],
    ['KAFKA_BROKERS', '127.0.0.1:90\u200d92', /U\+200D/],
    ['HDFS_ROOT', '/a/../b', /a path without \. and \.\./],
    ['HDFS_ROOT', '/a//b', /an absolute path/],
    ['HDFS_ROOT', '/', /an absolute path/],
    ['DATA_DIR', '/srv/new\nline', /U\+000A at position 9/],
    ['DATA_DIR', '/srv/a*b', /a path without \*, \?, \[, \] and =/],
    ['DATA_DIR', '/srv/a=b/data', /a path without/],
    ['TEMPORAL_ADDRESS', 'http://127.0.0.1:7233', /host:port, without http/],
    ['STREAM_POLL_TOP', '200001', /200000/],
    ['STREAM_POLL_TOP', '1,000', /a whole number/],
    ['STREAM_POLL_TOP', '-1', /a whole number from 0|>=0/],
  ] as const) {
    it(`${name}=${JSON.stringify(value)} is rejected with the cause`, () => {
      assert.throws(
        () => readConfig({ ...key, [name]: value }),
        (error: Error) => {
          assert.ok(error instanceof ConfigError, String(error.stack));
          assert.match(error.message, new RegExp(`^${name} is invalid: expected`));
          assert.match(error.message, cause);
          assert.equal(error.message.split('\n').length, 1);
          if (/SECRET|KEY/.test(name)) assert.ok(!error.message.includes(value), 'the secret is not shown');
          return true;
        },
      );
    });
  }

  it('the password of a URL is not shown', () => {
    assert.throws(
      () => readConfig({ ...key, WEBHDFS_URL: 'htp://me:hunter2@host:1', TEMPORAL_API_KEY: 'hun\u200bter2' }),
      (error: Error) => !error.message.includes('hunter2') && !error.message.includes('ter2'),
    );
  });

  it('credentials may begin like any word', () => {
    for (const value of [
      'my3f9a0kd8s7d6f5g4h3j2k1l0q9w8',
      'theab3',
      'yours1',
      'oauth9',
      'nullx',
      'xxxy',
      'noneofthese',
      'true1',
    ])
      assert.equal(readConfig({ ...key, TWITCH_CLIENT_SECRET: value }).TWITCH_CLIENT_SECRET, value);
  });

  it('the id is rejected as the secret', () => {
    const same = readConfig({ ...key, TWITCH_CLIENT_ID: 'abc', TWITCH_CLIENT_SECRET: 'abc' });
    assert.throws(() => twitchCredentials(same), /to differ, got the same for both/);
  });

  it('Temporal’s own variables are rejected in the same way', () => {
    const env = { ...key, TEMPORAL_CONFIG_FILE: '/proc/self/environ', TEMPORAL_PROFILE: 'nobody' };
    assert.throws(() => readConfig(env), ConfigError);
    assert.throws(() => readConfig({ ...key, TEMPORAL_CONFIG_FILE: '/dev/null' }), /has no \[profile\.default\]/);
  });

  it('any value of any variable is accepted or rejected with a ConfigError', () => {
    const values = [
      '',
      ' ',
      '0',
      '-1',
      '1e9',
      '{}',
      'null',
      'ü',
      '\u0007',
      'x'.repeat(100_000),
      ',,,',
      '://',
      '[',
      '%',
    ];
    for (const name of Object.keys(readConfig(key))) {
      for (const value of values) {
        try {
          readConfig({ ...key, [name]: value });
        } catch (error) {
          assert.ok(error instanceof ConfigError, `${name}=${value}: ${String(error)}`);
          assert.ok(error.message.length < 1_000, `${name}: a message of ${error.message.length} characters`);
        }
      }
    }
  });
});

describe('valid settings', () => {
  it('languages of ISO 639-1, asl, zh-hk and other', () => {
    const config = readConfig({ ...key, STREAM_POLL_LANGUAGES: 'ko,ASL,zh-hk,other' });
    assert.deepEqual(config.STREAM_POLL_LANGUAGES, ['ko', 'asl', 'zh-hk', 'other']);
  });

  it('the streams with the most viewers, or all', () => {
    assert.equal(readConfig(key).STREAM_POLL_TOP, 1000);
    assert.equal(readConfig({ ...key, STREAM_POLL_TOP: '250' }).STREAM_POLL_TOP, 250);
    assert.equal(readConfig({ ...key, STREAM_POLL_TOP: 'All' }).STREAM_POLL_TOP, 'all');
  });

  it('a lake in a directory of one letter', () => {
    assert.equal(readConfig({ ...key, HDFS_ROOT: '/a' }).HDFS_ROOT, '/a');
    assert.equal(readConfig({ ...key, HDFS_ROOT: '/a.b/c' }).HDFS_ROOT, '/a.b/c');
  });

  it('a directory below the home directory', () => {
    assert.equal(readConfig({ ...key, DATA_DIR: '~/lake' }).DATA_DIR, join(homedir(), 'lake'));
    assert.equal(readConfig({ ...key, DATA_DIR: '/a/~b' }).DATA_DIR, '/a/~b');
    assert.equal(readConfig({ ...key, DATA_DIR: '/데이터/100%, a:b' }).DATA_DIR, '/데이터/100%, a:b');
  });
});

describe('a variable that nothing reads', () => {
  const meant = (name: string): string | undefined => unknownInFile([name])[0]?.meant;

  for (const [name, known] of [
    ['TWITCH_CLIENTID', 'TWITCH_CLIENT_ID'],
    ['TWITCH_CLIENT_SECERT', 'TWITCH_CLIENT_SECRET'],
    ['STREAM_POLL_CHANELS', 'STREAM_POLL_CHANNELS'],
    ['STREAM_POLL_CHANNEL', 'STREAM_POLL_CHANNELS'],
    ['twitch_client_id', 'TWITCH_CLIENT_ID'],
    ['\u200bTWITCH_CLIENT_ID', 'TWITCH_CLIENT_ID'],
    ['TEMPORAL_ADRESS', 'TEMPORAL_ADDRESS'],
    ['DATADIR', 'DATA_DIR'],
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['SPARK_MASTR', 'SPARK_MASTER'],
    ['LOGLEVEL', 'LOG_LEVEL'],
  ] as const) {
    it(`in .env, ${JSON.stringify(name)} is reported with ${known}`, () => assert.equal(meant(name), known));
  }

  it('in .env, is reported even if no name is similar', () => {
    assert.deepEqual(unknownInFile(['FAVOURITE_COLOUR']), [{ name: 'FAVOURITE_COLOUR', meant: undefined }]);
  });

  it('in .env, is accepted if a started program reads it', () => {
    const others = [
      'TZ',
      'LANG',
      'LC_ALL',
      'HTTP_PROXY',
      'https_proxy',
      'NO_PROXY',
      'JAVA_HOME',
      'SPARK_CONF_DIR',
      'PYSPARK_PYTHON',
      'HADOOP_CONF_DIR',
      'NODE_OPTIONS',
      'PATH',
    ];
    assert.deepEqual(unknownInFile([...others, 'TEMPORAL_API_KEY', 'GOPROXY', 'TEMPORAL_GRPC_META_X']), []);
  });

  it('in the environment, is reported if it was probably meant for Chatlake', () => {
    const names = [
      'TWITCH_CLIENTID',
      'STREAM_POLL_CHANELS',
      'TWITCH_OTHER',
      'datadir',
      'TEMPORAL_ADRESS',
      'KAFKA_BROKER',
    ];
    assert.deepEqual(
      unknownInEnvironment(names).map(({ name }) => name),
      names,
    );
  });

  it('in the environment, is ignored otherwise', () => {
    const names = [
      'PATH',
      'KAFKA_OPTS',
      'HADOOP_HOME',
      'HDFS_NAMENODE_USER',
      'LOG_LEVELS',
      'PORT',
      'DATABASE_URL',
      'SITE',
    ];
    assert.deepEqual(unknownInEnvironment(names), []);
  });
});

describe('nearest(name, names)', () => {
  it('is undefined for a name that is not similar to any, however long', () => {
    assert.equal(nearest('zzz', ['channels', 'top']), undefined);
    assert.equal(nearest('x'.repeat(1_000_000), ['channels']), undefined);
    assert.equal(nearest('chanels', ['languages', 'channels']), 'channels');
  });
});

describe('a local Temporal', () => {
  it('is used without the key and the certificate of another one, in the configured namespace', () => {
    const cloud = {
      TEMPORAL_ADDRESS: 'cloud.test:7233',
      TEMPORAL_API_KEY: 'k',
      TEMPORAL_TLS: 'true',
      TEMPORAL_NAMESPACE: 'lake',
    };
    const own = { ...WITHOUT_OTHER_TEMPORALS, TEMPORAL_ADDRESS: '127.0.0.1:7233' };
    const before = readConfig({ ...key, ...cloud }).temporal.connectionOptions;
    assert.ok(before.tls !== undefined && before.apiKey === 'k', 'the measure');
    const { connectionOptions, namespace } = readConfig({ ...key, ...cloud, ...own }).temporal;
    assert.deepEqual(
      [connectionOptions.address, connectionOptions.tls, connectionOptions.apiKey, namespace],
      ['127.0.0.1:7233', undefined, undefined, 'lake'],
    );
  });
});

describe('bypassProxiesOnLoopback(env)', () => {
  const module = new URL('../../workers/config.ts', import.meta.url).href;
  const script = `
    import http from 'node:http';
    import { bypassProxiesOnLoopback } from ${JSON.stringify(module)};
    const server = http.createServer((request, response) => response.end('direct')).listen(0, '127.0.0.1', async () => {
      bypassProxiesOnLoopback();
      const url = 'http://127.0.0.1:' + server.address().port;
      const got = await new Promise((resolve) => http.get(url, (it) => resolve(it.statusCode)).on('error', (it) => resolve(it.code)));
      const fetched = await fetch(url).then((it) => it.status, (it) => it.cause.code);
      process.stdout.write(JSON.stringify([got, fetched]));
      process.exit();
    });`;

  for (const [how, more] of [
    ['by its variable', { NODE_USE_ENV_PROXY: '1' }],
    ['by its option', { NODE_OPTIONS: '--use-env-proxy' }],
    ['not at all', {}],
  ] as const) {
    it(`bypasses a proxy for this machine, set ${how}`, () => {
      const proxy = 'http://127.0.0.1:9';
      const env = {
        ...process.env,
        HTTP_PROXY: proxy,
        http_proxy: proxy,
        NO_PROXY: 'a.test',
        no_proxy: 'a.test',
        ...more,
      };
      const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
      assert.deepEqual(JSON.parse(said), [200, 200]);
    });
  }
});
