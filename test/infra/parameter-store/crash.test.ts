import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstLine } from '../local/first-line.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { ask, codeOf } from './running-store.ts';

describe('an interrupted write', function () {
  this.timeout(120_000);
  let directory = '';
  const children: ChildProcess[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'chatlake-store-'));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await ended(child);
    rmSync(directory, { recursive: true, force: true });
  });

  /** Starts a store in another process, after the shell command `before`. */
  async function start(before = ''): Promise<{ url: string; child: ChildProcess }> {
    const store = fileURLToPath(new URL('store.ts', import.meta.url));
    const script = `${before} exec "$0" "$1" "$2"`;
    const child = spawn('/bin/sh', ['-c', script, process.execPath, store, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return { url: await firstLine(child), child };
  }

  /** Without the lock. */
  const files = () => readdirSync(directory).filter((name) => !name.endsWith('.lock'));

  it('keeps the old value if the disk fails half-way, and reports it', async () => {
    // Limits files of that process to about 64 KiB, which simulates a full disk.
    const { url } = await start("trap '' XFSZ; ulimit -f 128;");
    assert.equal((await ask(url, 'PUT', 'value', { body: '"old"' })).status, 201);
    const answer = await ask(url, 'PUT', 'value', { body: JSON.stringify('x'.repeat(500_000)) });
    assert.deepEqual([answer.status, codeOf(answer)], [500, 'storage']);
    assert.match(answer.text, /EFBIG/);
    assert.equal((await ask(url, 'GET', 'value')).text.trim(), '"old"');
    assert.deepEqual(files(), ['value.json']);
  });

  it('leaves the old or the new value after kill -9, and the next start removes temporary files', async () => {
    const body = (round: number) => JSON.stringify(`${round} ${'x'.repeat(900_000)}`);
    for (let kill = 0; kill < 3; kill += 1) {
      const { url, child } = await start();
      let sent = 0;
      let answered = 0;
      const writing = (async () => {
        for (; child.exitCode === null && child.signalCode === null; answered += 1)
          await ask(url, 'PUT', 'value', { body: body((sent += 1)) });
      })().catch(() => {});
      await waitFor('some writes', () => answered >= 3 + kill);
      await ended(child);
      await writing;

      const next = await start();
      const { text } = await ask(next.url, 'GET', 'value');
      const found = Number.parseInt(text.slice(1), 10);
      assert.equal(text.trim(), body(found));
      assert.ok(found === answered || found === answered + 1, `${found} found, ${answered} answered`);
      assert.deepEqual(files(), ['value.json']);
      await ended(next.child);
    }
  });
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
