import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOutput } from '../../common/program-output.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { waitFor } from '../integration/wait-for.ts';

const TOKEN = 'HAAEaGRmcwRoZGZzAIoBk-_secret-token';

describe('programOutput(program)', () => {
  const directory = temporaryDirectories();
  const script = (text: string): string => {
    const path = join(directory(), 'a program');
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return path;
  };
  const output = (text: string, bounds: { timeoutMs?: number; maxBytes?: number } = {}): Promise<string> =>
    programOutput(script(text), { timeoutMs: 30_000, maxBytes: 1_000, ...bounds });

  it('is what it prints', async () => {
    assert.equal(await output(`echo ${TOKEN}; echo warning >&2`), `${TOKEN}\n`);
    assert.equal(await output('true'), '');
  });

  it('gets our environment without secrets, and no input', async () => {
    process.env['KAFKA_PASSWORD'] = 'hunter2';
    process.env['KRB5_CONFIG_FOR_TEST'] = '/etc/krb5.conf';
    try {
      assert.equal(await output('echo "$KAFKA_PASSWORD:$KRB5_CONFIG_FOR_TEST:$(cat)"'), ':/etc/krb5.conf:\n');
    } finally {
      delete process.env['KAFKA_PASSWORD'];
      delete process.env['KRB5_CONFIG_FOR_TEST'];
    }
  });

  it('fails with the exit code and the last line of standard error', async () => {
    const failing = 'echo first >&2; echo "kinit: Password incorrect" >&2; exit 3';
    await assert.rejects(output(failing), { message: 'it exited with code 3: kinit: Password incorrect' });
    await assert.rejects(output(`echo ${TOKEN}; exit 1`), { message: 'it exited with code 1' });
    await assert.rejects(output('kill -9 $$'), { message: 'it was killed by SIGKILL' });
  });

  it('shows no token of a script that is traced', async () => {
    await assert.rejects(output(`set -x; token=${TOKEN}; [ -z "$token" ]`), (error: Error) => {
      assert.match(error.message, /^it exited with code 1: \+ \[ -z …/);
      assert.ok(!error.message.includes(TOKEN));
      return true;
    });
  });

  it('fails for a program that cannot be started', async () => {
    const bounds = { timeoutMs: 1_000, maxBytes: 10 };
    await assert.rejects(programOutput('/nowhere', bounds), { message: 'it could not be started (ENOENT)' });
  });

  for (const [what, text, timeoutMs, message] of [
    ['prints without end', 'yes', 30_000, 'it printed more than 1000 bytes'],
    ['does not end', 'sleep 600 & echo $! > "$0.pid"; wait', 300, 'it had not ended after 0.3 s'],
    ['ends, and its child does not', 'sleep 600 & echo $! > "$0.pid"', 300, 'it had not ended after 0.3 s'],
  ] as const)
    it(`kills a program that ${what}, and what it has started`, async () => {
      const program = script(text);
      await assert.rejects(programOutput(program, { timeoutMs, maxBytes: 1_000 }), { message });
      if (!existsSync(`${program}.pid`)) return;
      const child = readFileSync(`${program}.pid`, 'utf8').trim();
      await waitFor('the child to end', () => !isAlive(child));
    });
});

function isAlive(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
