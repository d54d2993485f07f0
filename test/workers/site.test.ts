import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../common/free-port.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { waitFor } from '../integration/wait-for.ts';
import { readPage } from './page.ts';

const PROGRAM = join(import.meta.dirname, '../../workers/site.ts');

describe('the process of the site', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  let child: ChildProcess | undefined;

  afterEach(async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  /** Starts it without any key. A free port may be taken before it is used; then the next one is tried. */
  async function start(site: string): Promise<{ url: string; probes: string }> {
    for (;;) {
      const probes = `127.0.0.1:${await freePort()}`;
      const env = {
        ...process.env,
        DATA_DIR: directory(),
        REPORT_DIR: site,
        SITE_PORT: '0',
        METRICS_ADDRESS: probes,
        PARAMETER_STORE_KEY: '',
      };
      child = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'inherit'] });
      let log = '';
      child.stdout?.on('data', (bytes: Buffer) => (log += String(bytes)));
      await waitFor('the site to listen', () => /"msg":"site listens"/.test(log));
      const line = log.split('\n').find((it) => it.includes('site listens')) ?? '';
      if (log.includes('metrics and probes served')) return { url: (JSON.parse(line) as { url: string }).url, probes };
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }

  it('serves pages, tells how it is, and ends with code 0 after SIGTERM', async () => {
    const site = directory();
    const { url, probes } = await start(site);
    const readiness = async (): Promise<string> => (await fetch(`http://${probes}/readyz`)).text();
    await waitFor('no page', async () => /^No page has been published yet/.test(await readiness()));
    assert.equal((await fetch(`http://${probes}/healthz`)).status, 200);
    writeFileSync(join(site, 'index.html'), 'a page');
    assert.equal(await readiness(), 'ready\n');
    assert.equal(await (await fetch(url)).text(), 'a page');
    assert.equal((await fetch(`${url}/none`)).status, 404);
    const page = await waitFor('the answers to be counted', async () => {
      const read = await readPage(probes);
      return read.sum('chatlake_site_requests_total') >= 2 && read;
    });
    assert.equal(page.sum('chatlake_site_requests_total', { status: '404' }), 1);
    child?.kill('SIGTERM');
    assert.deepEqual(await once(child!, 'exit'), [0, null]);
  });
});
