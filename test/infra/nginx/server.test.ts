import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../common/log.ts';
import { onPath } from '../../../infra/local/programs.ts';
import { startNginx } from '../../../infra/nginx/server.ts';
import { launchedSiteContract, siteContract } from '../site-server/site-contract.ts';

const nginx = onPath('nginx');

if (nginx === undefined) {
  describe('startNginx(program, { directory, host, port, log })', () => {
    it('is not tested here: nginx is not installed (no `nginx` on PATH)');
  });
} else {
  describe('startNginx(program, { directory, host, port, log })', () => {
    siteContract((options) => startNginx(nginx, options));
    launchedSiteContract((options) => startNginx(nginx, options));

    it('removes the files of a killed run and its own', async () => {
      const place = mkdtempSync(join(tmpdir(), 'chatlake-nginx-test-'));
      const scratchDirectory = join(place, 'nginx 시험');
      mkdirSync(join(scratchDirectory, 'proxy'), { recursive: true });
      writeFileSync(join(scratchDirectory, 'proxy', 'half'), '');
      const options = { directory: join(place, 'site'), port: 0, scratchDirectory, log: silentLog };
      const site = await startNginx(nginx, options);
      assert.ok(!existsSync(join(scratchDirectory, 'proxy', 'half')));
      await site.stop();
      assert.deepEqual(readdirSync(place), ['site']);
      rmSync(place, { recursive: true });
    });
  });
}
