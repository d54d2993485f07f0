import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../common/log.ts';
import { silentLog } from '../../common/log.ts';
import { hdfsAddressOf } from '../../workers/hdfs-settings.ts';
import { createTokenCommand } from '../../workers/token-command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

const HOUR = 3_600_000;

describe('createTokenCommand(variable, program, log)', () => {
  const directory = temporaryDirectories();
  let answers: (string | Error)[];
  let runs: number;
  let nowMs: number;
  let warnings: unknown[];

  beforeEach(() => {
    [answers, runs, nowMs, warnings] = [[], 0, 0, []];
  });

  const program = (): string => {
    const path = join(directory(), 'print-token');
    writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
    return path;
  };
  const command = () => {
    const log: Log = { ...silentLog, warn: (message, facts) => warnings.push([message, facts]) };
    const run = async (): Promise<string> => {
      runs += 1;
      const answer = answers.shift() ?? `token-${runs}\n`;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return createTokenCommand('HDFS_DELEGATION_TOKEN_COMMAND', program(), log, { run, nowMs: () => nowMs });
  };

  it('runs it once for all who ask, and keeps what it printed', async () => {
    const { read } = command();
    assert.deepEqual(await Promise.all([read(), read(), read()]), ['token-1', 'token-1', 'token-1']);
    nowMs = HOUR - 1;
    assert.equal(await read(), 'token-1');
    assert.equal(runs, 1);
  });

  it('runs it again after an hour, beside the old token', async () => {
    const { read } = command();
    await read();
    nowMs = HOUR;
    assert.deepEqual(await Promise.all([read(), read()]), ['token-1', 'token-1']);
    assert.deepEqual([await read(), runs], ['token-2', 2]);
  });

  it('uses the old token on while it fails, and says so once', async () => {
    const { read } = command();
    await read();
    answers = [new Error('it exited with code 1: no KDC'), new Error('it exited with code 1: no KDC')];
    for (nowMs = HOUR; nowMs <= HOUR + 15_000; nowMs += 5_000) {
      assert.equal(await read(), 'token-1');
      await Promise.resolve();
    }
    assert.equal(runs, 3, 'it pauses for ten seconds');
    assert.equal(warnings.length, 1);
    assert.match(JSON.stringify(warnings), /the old token is used on.*HDFS_DELEGATION_TOKEN_COMMAND.*no KDC/);
    nowMs = HOUR + 20_000;
    await read();
    assert.equal(await read(), 'token-4');
  });

  it('runs it for all who ask when the token was refused, and not for a token before it', async () => {
    const { read, refuse } = command();
    await read();
    nowMs = 60_000;
    refuse('token-1');
    assert.deepEqual(await Promise.all([read(), read()]), ['token-2', 'token-2']);
    refuse('token-1');
    assert.deepEqual([await read(), runs], ['token-2', 2]);
  });

  it('pauses if each token is refused, because another NameNode may take it', async () => {
    const { read, refuse } = command();
    refuse(await read());
    for (nowMs = 0; nowMs < 10_000; nowMs += 1_000) assert.equal(await read(), 'token-1');
    assert.deepEqual([await read(), runs], ['token-2', 2]);
  });

  it('says why there is no new token when the old one was refused', async () => {
    const { read, refuse } = command();
    await read();
    nowMs = HOUR;
    answers = [new Error('it exited with code 1: no KDC')];
    refuse('token-1');
    for (const at of [HOUR, HOUR + 9_999]) {
      nowMs = at;
      await assert.rejects(read(), /no KDC/);
    }
    nowMs = HOUR + 10_000;
    assert.deepEqual([await read(), runs], ['token-3', 3]);
  });

  for (const [printed, finding] of [
    ['', 'it printed nothing'],
    ['two words', 'it printed another text'],
    ['{"Token":{"urlString":"a-secret"}}', 'it printed another text'],
    [new Error('it had not ended after 30 s'), 'it had not ended after 30 s'],
  ] as const)
    it(`fails without a token after ${printed instanceof Error ? 'a failure' : JSON.stringify(printed)}, pauses, and tries again`, async () => {
      answers = [printed];
      const { read } = command();
      const path = join(directory(), 'print-token');
      for (nowMs = 0; nowMs < 10_000; nowMs += 5_000)
        await assert.rejects(read(), (error: Error & { retryable?: boolean }) => {
          assert.equal(error.retryable, true);
          assert.match(error.message, /^Expected HDFS_DELEGATION_TOKEN_COMMAND \(.*\) to print a token, but /);
          assert.ok(error.message.endsWith(`but ${finding}. Run it by hand as the user of this process.`), path);
          assert.ok(!JSON.stringify(error).includes('a-secret'));
          return true;
        });
      assert.deepEqual([await read(), runs], ['token-2', 2]);
    });

  it('refuses at the start what is no program', () => {
    const text = join(directory(), 'text');
    writeFileSync(text, 'no program', { mode: 0o644 });
    for (const [path, found] of [
      ['/nowhere --keytab x', 'ENOENT'],
      [directory(), 'a directory'],
      [text, 'EACCES'],
    ] as const)
      assert.throws(
        () => createTokenCommand('HDFS_DELEGATION_TOKEN_COMMAND', path, silentLog),
        (error: Error & { exitCode?: number }) => {
          assert.equal(error.exitCode, 78);
          const expected = `Expected HDFS_DELEGATION_TOKEN_COMMAND (${path}) to be a program that can be run, found ${found}.`;
          assert.ok(error.message.startsWith(expected), error.message);
          return true;
        },
      );
  });

  it('is refused beside HDFS_DELEGATION_TOKEN_FILE', () => {
    const both = { HDFS_DELEGATION_TOKEN_FILE: '/a', HDFS_DELEGATION_TOKEN_COMMAND: '/b' };
    const settings = { WEBHDFS_URL: ['http://x'], HDFS_USER: 'hdfs', ...both };
    assert.throws(() => hdfsAddressOf(settings), { exitCode: 78, message: /got both\. Unset one of them\.$/ });
  });
});
