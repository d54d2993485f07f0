import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('chatlake up, if a precondition is not met', function () {
  this.timeout(120_000);
  const directory = temporaryDirectories();
  const TWITCH = { TWITCH_CLIENT_ID: 'id', TWITCH_CLIENT_SECRET: 'secret', TWITCH_CHAT_ANONYMOUS: 'yes' };

  /** The exit code and the last line. Asserts that no stack trace was printed. */
  async function refused(env: Record<string, string>): Promise<{ code: number | string; output: string }> {
    const place = directory();
    const own = { DATA_DIR: join(place, 'data'), REPORT_DIR: join(place, 'site'), SITE_PORT: '0' };
    const up = chatlake(['up'], { ...TWITCH, ...own, ...env });
    const code = await up.exited();
    const output = up.stderr();
    assert.doesNotMatch(output, /\n {4}at /, output);
    return { code, output: output.trimEnd().split('\n').at(-1) ?? '' };
  }

  it('names a data directory that cannot be created', async () => {
    const { code, output } = await refused({ DATA_DIR: '/proc/foo' });
    assert.equal(code, 73);
    assert.match(
      output,
      /^Expected DATA_DIR \(\/proc\/foo\) .* it cannot be created in \/proc \(ENOENT\)\. Set DATA_DIR/,
    );
  });

  it('names a file in place of the report directory, before it writes anything', async () => {
    const place = directory();
    writeFileSync(join(place, 'file'), '');
    const { code, output } = await refused({ DATA_DIR: join(place, 'data'), REPORT_DIR: join(place, 'file') });
    assert.equal(code, 73);
    assert.match(output, /^Expected REPORT_DIR .*file is not a directory/);
    assert.deepEqual(readdirSync(place), ['file']);
  });

  it('names the missing disk space, before it writes anything', async function () {
    const place = directory();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=900m', 'chatlake-test', place], { stdio: 'ignore' });
    } catch {
      // Only root may mount.
      return this.skip();
    }
    try {
      const { code, output } = await refused({ DATA_DIR: join(place, 'a', 'data') });
      assert.equal(code, 73);
      assert.match(
        output,
        /^Expected 1\.3 GB free for .*a\/data \(HDFS refuses new files below that\), found 0\.9 GB\. Free disk space/,
      );
      assert.deepEqual(readdirSync(place), []);
    } finally {
      execFileSync('umount', ['--lazy', place]);
    }
  });

  it('names a wrong setting', async () => {
    const { code, output } = await refused({ TWITCH_CLIENT_SECRET: 'oauth:secret' });
    assert.equal(code, 78);
    assert.match(output, /^TWITCH_CLIENT_SECRET is invalid: expected .*not a user token \(`oauth:`\)/);
  });

  it('names the process that already runs in the directory', async () => {
    const place = directory();
    mkdirSync(join(place, 'servers'));
    writeFileSync(join(place, 'servers', 'launcher.pid'), identifyProcess(process.pid) ?? '');
    const { code, output } = await refused({ DATA_DIR: place });
    assert.equal(code, 73);
    assert.match(
      output,
      new RegExp(`^Expected ${place}/servers to be free, but process ${process.pid} runs servers in it`),
    );
  });

  it('names every configured server that does not answer', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    assert.ok(address !== null && typeof address === 'object');
    const at = `127.0.0.1:${address.port}`;
    const env = { TEMPORAL_ADDRESS: at, KAFKA_BROKERS: at, WEBHDFS_URL: `http://${at}` };
    const up = chatlake(['up'], { ...TWITCH, ...env, DATA_DIR: directory() });
    assert.equal(await up.exited(), 69);
    for (const [name, value] of Object.entries(env))
      assert.match(
        up.stderr(),
        new RegExp(`^Expected the server at ${name}=${value} to answer, but it did not: .*unset ${name}`, 'm'),
      );
    assert.doesNotMatch(up.stderr(), /\n {4}at /);
  });

  it('reports a misspelt variable in the environment, and continues', async () => {
    const up = chatlake(['up'], { TWITCH_CLIENTID: 'id', STREAM_POLL_CHANELS: 'a', DATA_DIR: directory() });
    assert.equal(await up.exited(), 78);
    assert.match(
      up.stderr(),
      /^settings {2}The variable TWITCH_CLIENTID in the environment is unknown; did you mean TWITCH_CLIENT_ID\?$/m,
    );
    assert.match(up.stderr(), /STREAM_POLL_CHANELS .* did you mean STREAM_POLL_CHANNELS\?/);
    assert.match(up.stderr(), /\nSet TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET [^\n]*\n$/);
  });
});
