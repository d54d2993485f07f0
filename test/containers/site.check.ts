import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { composeServices } from '../../infra/docker/compose-file.ts';
import { buildImages } from '../../infra/docker/images.ts';
import { createPodman, podmanIsMissing, workingPodman } from '../../infra/docker/podman.ts';
import type { Podman } from '../../infra/docker/podman.ts';
import { runArguments } from '../../infra/docker/run-arguments.ts';
import { freePort } from '../../common/free-port.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { BROWSER_TIMEOUT_MS } from '../browser/chromium.ts';
import { reportPageContract } from '../browser/report-page.ts';
import { siteContract } from '../infra/site-server/site-contract.ts';
import { waitFor } from '../integration/wait-for.ts';

const missing = podmanIsMissing();

if (missing !== undefined) {
  describe('the image of the site', () => {
    it(`is not tested here: ${missing}`);
  });
} else {
  describe('the image of the site', function () {
    this.timeout(BROWSER_TIMEOUT_MS);
    let podman: Podman;
    let image = '';
    let scratch = '';
    before(async function build() {
      this.timeout(20 * 60_000);
      scratch = mkdtempSync(join(tmpdir(), 'chatlake-site-image-'));
      const images = await buildImages({ podman: createPodman(), progress: silentProgress, logDirectory: scratch });
      podman = await workingPodman(images.chatlake);
      image = images.site;
    });
    after(() => rmSync(scratch, { recursive: true, force: true }));

    /** Serves a directory of this machine. */
    async function start({ directory }: { directory: string }): Promise<{ url: string; stop: () => Promise<void> }> {
      mkdirSync(directory, { recursive: true });
      const service = composeServices().get('site') ?? assert.fail('no site in compose.yaml');
      const name = `chatlake-site-${randomUUID()}`;
      const port = await freePort();
      const place = { name, volumePrefix: '', env: {}, image, publish: { 8080: port } };
      const args = runArguments({ ...service, volumes: [] }, place);
      await podman.run(['run', `--volume=${directory}:/site:ro`, ...args.slice(1)]);
      await waitFor('the site to be healthy', () => podman.does(['healthcheck', 'run', name]));
      return { url: `http://127.0.0.1:${port}`, stop: async () => void (await podman.run(['rm', '--force', name])) };
    }

    siteContract(start);

    describe('with a published report, in Chromium', () => reportPageContract((directory) => start({ directory })));

    it('names no version, and sends compressed assets as they were published', async () => {
      const { publishAssets } = await import('../../activities/report/site-files.ts');
      const directory = join(scratch, 'site');
      const { plotly } = await publishAssets(directory);
      const site = await start({ directory });
      const response = await fetch(`${site.url}/${plotly}`, { headers: { 'accept-encoding': 'gzip' } });
      assert.equal(response.headers.get('server'), 'nginx');
      assert.equal(response.headers.get('content-encoding'), 'gzip');
      assert.match(response.headers.get('content-length') ?? '', /^\d+$/);
      assert.match(await response.text(), /plotly\.js/);
      await site.stop();
    });
  });
}
