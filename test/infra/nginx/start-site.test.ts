import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSite } from '../../../infra/nginx/start-site.ts';
import { silentLog } from '../../../common/log.ts';

describe('startSite({ directory, host, port, log })', () => {
  const path = process.env['PATH'] ?? '';
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'chatlake-site-'));
    writeFileSync(join(directory, 'index.html'), 'the site');
  });
  afterEach(() => {
    process.env['PATH'] = path;
    rmSync(directory, { recursive: true, force: true });
  });

  it('serves the site from this process if nginx is not installed', async () => {
    process.env['PATH'] = '';
    const site = await startSite({ directory, port: 0, log: silentLog });
    try {
      assert.equal(site.server, 'node');
      assert.equal(await (await fetch(site.url)).text(), 'the site');
    } finally {
      await site.stop();
    }
  });

  it('serves the site from this process, and logs why, if nginx does not start', async () => {
    const programs = join(directory, '.programs');
    mkdtempSync(`${programs}-`);
    const bin = join(directory, readdirSync(directory).find((name) => name.startsWith('.programs')) ?? '');
    writeFileSync(join(bin, 'nginx'), '#!/bin/sh\necho "no such module" >&2\nexit 1\n');
    chmodSync(join(bin, 'nginx'), 0o755);
    process.env['PATH'] = `${bin}:${path}`;
    const reasons: unknown[] = [];
    const site = await startSite({
      directory,
      port: 0,
      log: { ...silentLog, warn: (_message, facts) => reasons.push(facts?.['reason']) },
    });
    try {
      assert.equal(site.server, 'node');
      assert.match(String(reasons), /Expected nginx to serve .* exited with code 1\..*no such module/s);
    } finally {
      await site.stop();
    }
  });
});
