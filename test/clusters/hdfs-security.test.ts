import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../common/log.ts';
import { hdfsOf } from '../../workers/clients.ts';
import { readConfig } from '../../workers/config.ts';
import { contract } from '../activities/hdfs/contract.ts';
import { certificateAuthority } from '../integration/certificates.ts';
import { startSecureHdfs } from './secure-hdfs.ts';
import type { SecureHdfs } from './secure-hdfs.ts';

describe('HDFS over HTTPS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'secure-hdfs-'));
  let server: SecureHdfs | undefined;

  after(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const clientOf = async (ca?: string) => {
    server ??= await startSecureHdfs(join(directory, 'hdfs'));
    const file = ca === undefined ? server.caFile : join(directory, 'ca.pem');
    if (ca !== undefined) writeFileSync(file, ca);
    const config = readConfig({
      PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
      WEBHDFS_URL: server.url,
      HDFS_USER: server.user,
      HDFS_TLS_CA_FILE: file,
    });
    return hdfsOf(config, silentLog, { patienceMs: 0 });
  };

  contract('over HTTPS', () => clientOf());

  it('is refused with another authority, and nothing was changed', async () => {
    const hdfs = await clientOf(certificateAuthority().cert);
    const remedy = /nothing was changed\. Set HDFS_TLS_CA_FILE/;
    await assert.rejects(hdfs.status('/'), { kind: 'unavailable', message: remedy });
    await assert.rejects(hdfs.mkdirs('/x'), { kind: 'unavailable', message: remedy });
    const write = hdfs.writeText('/x', 'x', { createParent: true });
    await assert.rejects(write, { kind: 'unavailable', message: remedy });
  });
});
