import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { firstLine } from '../infra/local/first-line.ts';

const CHATLAKE = join(import.meta.dirname, '../../cli/chatlake.ts');

describe('chatlake simulator', function () {
  this.timeout(60_000);
  const start = (...args: string[]) =>
    spawn(process.execPath, [CHATLAKE, 'simulator', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

  const endOf = async (child: ReturnType<typeof start>): Promise<{ code: unknown; stderr: string }> => {
    const [stderr, [code]] = (await Promise.all([text(child.stderr), once(child, 'close')])) as [string, unknown[]];
    return { code, stderr };
  };

  it('prints the settings of a pipeline, serves Helix and the control port, and ends with code 0 after SIGTERM', async () => {
    const child = start('--api-port', '0', '--irc-port', '0', '--control-port', '0', '--seed', '7');
    const line = JSON.parse(await firstLine(child)) as Record<string, string>;
    assert.equal((await fetch(`${line['TWITCH_API_URL']}/streams`)).status, 401);
    assert.equal((await fetch(`${line['controlUrl']}/truth`)).status, 200);
    assert.match(line['TWITCH_IRC_URL'] ?? '', /^irc:\/\/127\.0\.0\.1:\d+$/);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('exits with one sentence and code 69 if a port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const child = start('--api-port', String(port), '--irc-port', '0', '--control-port', '0');
    const { code, stderr } = await endOf(child);
    assert.equal(code, 69);
    assert.match(stderr, new RegExp(`^Expected an address of this machine and free ports .*${port}.*--api-port.*\\n$`));
    taken.close();
  });

  it('exits with code 78 for a port that is none', async () => {
    const child = start('--api-port', '70000');
    const { code, stderr } = await endOf(child);
    assert.deepEqual([code, stderr], [78, 'Expected --api-port to be a whole number up to 65535, got `70000`.\n']);
  });
});
