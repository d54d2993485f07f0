import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEnvironmentFile } from '../../cli/environment-file.ts';
import { ConfigError } from '../../workers/config.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('loadEnvironmentFile(file, env)', () => {
  const directory = temporaryDirectories();

  function load(content: string | Buffer, env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const file = join(directory(), '.env');
    writeFileSync(file, content);
    loadEnvironmentFile(file, env);
    return env;
  }
  const refused = (content: string | Buffer, words: RegExp) =>
    assert.throws(
      () => load(content),
      (error: Error) => error instanceof ConfigError && (assert.match(error.message, words), true),
    );

  it('reads all of a file with a byte order mark', () => {
    const env = load('\ufeffTWITCH_CLIENT_ID=abc\r\nTWITCH_CLIENT_SECRET="def"\r\n');
    assert.deepEqual(env, { TWITCH_CLIENT_ID: 'abc', TWITCH_CLIENT_SECRET: 'def' });
  });

  it('reads comments, export, quotes and all kinds of line ends', () => {
    const text =
      "# a comment\n\nexport TWITCH_CLIENT_ID=abc\n  HDFS_USER = me # why\nDATA_DIR='/a #b'\nHTTP_PROXY=http://p.test:1";
    assert.deepEqual(load(text), {
      TWITCH_CLIENT_ID: 'abc',
      HDFS_USER: 'me',
      DATA_DIR: '/a #b',
      HTTP_PROXY: 'http://p.test:1',
    });
  });

  it('keeps the variables of the environment, also empty ones', () => {
    const env = load('HDFS_USER=file\nLOG_LEVEL=warn\nSITE_PORT=1', { HDFS_USER: 'mine', LOG_LEVEL: '' });
    assert.deepEqual(env, { HDFS_USER: 'mine', LOG_LEVEL: '', SITE_PORT: '1' });
  });

  it('refuses UTF-16 and other encodings', () => {
    const text = 'TWITCH_CLIENT_ID=abc\n';
    const little = Buffer.from(text, 'utf16le');
    refused(
      Buffer.concat([Buffer.from([0xff, 0xfe]), little]),
      /found another encoding \(probably UTF-16\)\. Save it as UTF-8/,
    );
    refused(little, /UTF-16/);
    refused(Buffer.from(little).swap16(), /UTF-16/);
    refused(
      Buffer.concat([Buffer.from('HDFS_USER='), Buffer.from([0xc7, 0xd1])]),
      /to be UTF-8 text, found another encoding\. Save/,
    );
  });

  it('refuses unknown variables, and suggests the probable name', () => {
    const text = 'TWITCH_CLIENTID=abc\nSTREAM_POLL_CHANELS=a\nCOLOUR=red\n\u200bHDFS_USER=x';
    refused(text, /^The variable COLOUR in \S+ is unknown\. See \.env\.example for all variables\.$/m);
    refused(text, /^The variable TWITCH_CLIENTID in \S+ is unknown; did you mean TWITCH_CLIENT_ID\?/m);
    refused(text, /^The variable STREAM_POLL_CHANELS in .* did you mean STREAM_POLL_CHANNELS\?/m);
    refused(text, /^The variable \\u\{200b\}HDFS_USER in .* did you mean HDFS_USER\?/m);
  });

  it('refuses a line that sets nothing, with its number but without its text', () => {
    refused('HDFS_USER=me\nTWITCH_CLIENT_SECRET: hunter2\n', /^Expected line 2 of \S+ to be NAME=value or a comment/);
    assert.throws(
      () => load('hunter2'),
      (error: Error) => !error.message.includes('hunter2'),
    );
  });

  it('refuses a variable with two values, such as the empty one of the example, and shows neither', () => {
    const two = 'TWITCH_CLIENT_SECRET=hunter2\r\n\r\nTWITCH_CLIENT_SECRET=\r\n';
    refused(two, /^Expected TWITCH_CLIENT_SECRET to have one value in \S+, found two, in lines 1 and 3\. Remove one of these lines\.$/); // prettier-ignore
    assert.deepEqual(load('HDFS_USER=me\nexport HDFS_USER="me" # again'), { HDFS_USER: 'me' });
  });

  it('accepts a missing file, and refuses an unreadable one', () => {
    const place = directory();
    loadEnvironmentFile(join(place, '.env'), {});
    mkdirSync(join(place, '.env'));
    assert.throws(() => loadEnvironmentFile(join(place, '.env'), {}), /to be a readable file, got EISDIR/);
  });
});
