import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSiteServer } from '../../../infra/site-server/server.ts';
import { silentLog } from '../../../common/log.ts';
import { launchedSiteContract, siteContract } from './site-contract.ts';

describe('startSiteServer({ directory, host, port, log })', () => {
  siteContract(startSiteServer);
  launchedSiteContract(startSiteServer);

  it('follows no link that leads out of the site', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'chatlake-outside-'));
    const directory = await mkdtemp(join(tmpdir(), 'chatlake-site-'));
    await writeFile(join(outside, 'index.html'), 'outside');
    await mkdir(join(directory, 'day'));
    await symlink(outside, join(directory, 'above'));
    await symlink(join(outside, 'index.html'), join(directory, 'file.html'));
    await symlink(join(outside, 'index.html'), join(directory, 'day', 'index.html'));
    const site = await startSiteServer({ directory, port: 0, log: silentLog });
    for (const path of ['above/', 'above/index.html', 'file.html', 'day/', 'day/index.html'])
      assert.equal((await fetch(`${site.url}/${path}`)).status, 404, path);
    await site.stop();
    for (const made of [directory, outside]) await rm(made, { recursive: true });
  });

  for (const [what, sent] of [
    ['no byte', ''],
    ['half a header', 'GET / HTTP/1.1\r\nhost:'],
    ['an unfinished body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx'],
    ['a download that it does not read', 'GET /large HTTP/1.1\r\nhost: x\r\n\r\n'],
  ] as const)
    it(`stops although a client holds a connection with ${what}`, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'chatlake-site-'));
      await writeFile(join(directory, 'large'), Buffer.alloc(32 * 1024 * 1024));
      const site = await startSiteServer({ directory, port: 0, log: silentLog });
      const socket = connect(Number(new URL(site.url).port), '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      socket.pause();
      await new Promise((resolve) => socket.write(sent, resolve));
      const startedAt = performance.now();
      await site.stop();
      assert.ok(performance.now() - startedAt < 5_000);
      socket.destroy();
      await rm(directory, { recursive: true });
    });
});
