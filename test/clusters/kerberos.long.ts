import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import got from 'got';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import { silentLog } from '../../common/log.ts';
import { checkHdfsRules } from '../../infra/setup/hdfs-rules.ts';
import { hdfsOf } from '../../workers/clients.ts';
import { readConfig } from '../../workers/config.ts';
import { contract } from '../activities/hdfs/contract.ts';
import { waitFor } from '../integration/wait-for.ts';
import { startKdc } from './kdc.ts';
import { startSecureHdfs } from './secure-hdfs.ts';
import type { Kerberos, SecureHdfs } from './secure-hdfs.ts';

const TOKEN_SECONDS = 12;

describe('HDFS that demands Kerberos', function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), 'kerberos-'));
  const tokenFile = join(directory, 'token');
  const stops: (() => Promise<void>)[] = [];
  let started: { server: SecureHdfs; kerberos: Kerberos } | undefined;

  after(async () => {
    for (const stop of stops.reverse()) await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const servers = async () => {
    if (started !== undefined) return started;
    const { kerberos, stop } = await startKdc(join(directory, 'kdc'));
    stops.push(stop);
    const server = await startSecureHdfs(join(directory, 'hdfs'), kerberos);
    stops.push(server.stop);
    writeFileSync(tokenFile, await kerberos.fetchToken(server.url, server.caFile));
    return (started = { server, kerberos });
  };
  const client = async (login: Record<string, string>): Promise<Hdfs> => {
    const { server } = await servers();
    const config = readConfig({
      PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
      WEBHDFS_URL: server.url,
      HDFS_TLS_CA_FILE: server.caFile,
      ...login,
    });
    return hdfsOf(config, silentLog, { patienceMs: 0 });
  };

  contract('with a delegation token', () => client({ HDFS_DELEGATION_TOKEN_FILE: tokenFile }));

  it('keeps the rules that exactly once depends on', async () => {
    await checkHdfsRules(await client({ HDFS_DELEGATION_TOKEN_FILE: tokenFile }), '/lake');
  });

  it('is refused without a token, with the variable to set', async () => {
    const hdfs = await client({ HDFS_USER: 'hdfs' });
    const refusal = { kind: 'forbidden', message: /demands a login\. Set HDFS_DELEGATION_TOKEN_FILE/ };
    await assert.rejects(hdfs.status('/'), refusal);
    await assert.rejects(hdfs.mkdirs('/x'), refusal);
    await assert.rejects(hdfs.writeText('/x', 'x', { createParent: true }), refusal);
  });

  it('waits for a token that was cancelled, and uses the renewed one', async () => {
    const { server, kerberos } = await servers();
    const own = join(directory, 'own-token');
    const token = await kerberos.fetchToken(server.url, server.caFile);
    writeFileSync(own, token);
    const hdfs = await client({ HDFS_DELEGATION_TOKEN_FILE: own });
    assert.equal((await hdfs.status('/'))?.type, 'DIRECTORY');
    await got.put(`${server.url}/webhdfs/v1/`, {
      searchParams: { op: 'CANCELDELEGATIONTOKEN', token, delegation: token },
      https: { certificateAuthority: readFileSync(server.caFile, 'utf8') },
    });
    for (const work of [() => hdfs.status('/'), () => hdfs.mkdirs('/x')])
      await assert.rejects(work, (error: Error & { kind?: string }) => {
        assert.equal(error.kind, 'unavailable', error.message);
        assert.match(error.message, /Renew the token in HDFS_DELEGATION_TOKEN_FILE\./);
        assert.ok(!error.message.includes(token));
        return true;
      });
    writeFileSync(own, 'half');
    await assert.rejects(hdfs.status('/'), { kind: 'unavailable' });
    writeFileSync(own, await kerberos.fetchToken(server.url, server.caFile));
    assert.equal((await hdfs.status('/'))?.type, 'DIRECTORY');
  });

  describe('with tokens that end after seconds', () => {
    const program = join(directory, 'print-token');
    const runsFile = join(directory, 'runs');
    const runs = (): number => (existsSync(runsFile) ? readFileSync(runsFile, 'utf8').length : 0);
    let short: SecureHdfs;

    before(async () => {
      const { kerberos } = await servers();
      const seconds = {
        'dfs.namenode.delegation.token.max-lifetime': TOKEN_SECONDS * 1000,
        'dfs.namenode.delegation.token.renew-interval': TOKEN_SECONDS * 1000,
      };
      const settings = { ...kerberos.settings, ...seconds };
      short = await startSecureHdfs(join(directory, 'short'), { ...kerberos, settings });
      stops.push(short.stop);
      const script = kerberos.tokenScript(short.url, short.caFile);
      writeFileSync(program, script.replace('\n', `\nprintf x >> '${runsFile}'\n`), { mode: 0o755 });
    });

    const shortClient = (patienceMs: number): Hdfs => {
      const config = readConfig({
        PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
        WEBHDFS_URL: short.url,
        HDFS_TLS_CA_FILE: short.caFile,
        HDFS_DELEGATION_TOKEN_COMMAND: program,
      });
      return hdfsOf(config, silentLog, { patienceMs });
    };

    it('goes on for many lives of a token, with reads and writes side by side, and runs the command once for each', async () => {
      const hdfs = shortClient(60_000);
      let files = 0;
      while (runs() < 4) {
        const before = runs();
        const paths = [1, 2, 3].map((number) => `/long/${(files += 1)}-${number}`);
        await Promise.all(paths.map((path) => hdfs.writeText(path, path, { createParent: true })));
        assert.deepEqual(await Promise.all(paths.map((path) => hdfs.readText(path))), paths);
        assert.ok(runs() - before <= 1, 'all requests share a run');
      }
      assert.equal((await hdfs.list('/long')).length, files);
    });

    it('says which command fails, and goes on when it works again', async () => {
      const hdfs = shortClient(0);
      const works = readFileSync(program);
      writeFileSync(program, '#!/bin/sh\necho kinit: Cannot contact any KDC >&2\nexit 1\n');
      await assert.rejects(hdfs.status('/'), {
        kind: 'unavailable',
        message: /HDFS_DELEGATION_TOKEN_COMMAND .* exited with code 1: kinit: Cannot contact any KDC/,
      });
      writeFileSync(program, works);
      await waitFor('the next try', async () => (await hdfs.status('/').catch(() => undefined))?.type === 'DIRECTORY');
    });
  });
});
