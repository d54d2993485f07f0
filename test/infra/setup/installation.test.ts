import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { idOf, joinInstallation } from '../../../infra/setup/installation.ts';
import type { Own } from '../../../infra/setup/installation.ts';
import { readInstallation, writeInstallation } from '../../../infra/setup/installation-file.ts';
import { ensureNamespace } from '../../../infra/setup/namespace.ts';
import { directoryHdfs } from '../../integration/directory-hdfs.ts';
import { serversTimeoutMs, temporal } from '../../integration/servers.ts';
import { temporalNamespace } from '../../integration/temporal-namespace.ts';
import { temporaryDirectories } from '../local/temporary-directory.ts';

describe('joinInstallation(settings, { connection, namespace, hdfs, own })', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  const connections: Connection[] = [];

  before(async function () {
    this.timeout(serversTimeoutMs);
    await temporal();
  });
  after(async () => {
    for (const connection of connections) await connection.close();
  });

  /** A namespace and a lake that nobody has joined, which several data directories may try to join. */
  async function servers() {
    const { connection, namespace } = await temporalNamespace('installation');
    connections.push(connection);
    const hdfs = directoryHdfs(directory());
    const join = (dataDirectory: string, own: Partial<Own> = {}) =>
      joinInstallation(
        { directory: dataDirectory, root: '/chatlake', temporalAddress: '127.0.0.1:7999' },
        { connection, namespace, hdfs, own: { temporal: false, hdfs: false, use: 'up', ...own } },
      );
    const data = async () =>
      (await connection.workflowService.describeNamespace({ namespace })).namespaceInfo?.data ?? {};
    return { join, data, hdfs, namespace };
  }
  const idIn = (place: string): string => readInstallation(place)?.id ?? assert.fail('no id');

  it('takes what is nobody’s, and the same installation again', async () => {
    const { join, data, hdfs } = await servers();
    const mine = directory();
    await join(mine);
    await join(mine);
    const id = idIn(mine);
    assert.deepEqual(await data(), { 'chatlake.installation': id, 'chatlake.place': `${hostname()}:${mine}` });
    assert.equal(
      (JSON.parse(await hdfs.readText('/chatlake/installation.json')) as { installation: string }).installation,
      id,
    );
  });

  it('refuses another’s namespace, names both, and changes nothing', async () => {
    const { join, data, namespace } = await servers();
    const [theirs, mine] = [directory(), directory()];
    await join(theirs);
    const before = await data();
    await assert.rejects(join(mine), (error: Error & { exitCode: number }) => {
      assert.equal(error.exitCode, 78);
      assert.ok(
        error.message.startsWith(`Expected the namespace ${namespace} of Temporal at 127.0.0.1:7999 to be free`),
      );
      assert.ok(error.message.includes(`${hostname()}:${mine}`) && error.message.includes(`${hostname()}:${theirs}`));
      assert.match(error.message, /Unset TEMPORAL_ADDRESS .* or set TEMPORAL_NAMESPACE .*namespace create/);
      assert.equal(error.message.split('\n').length, 1);
      return true;
    });
    assert.deepEqual(await data(), before);
    assert.ok(!existsSync(idFile(mine)));
  });

  it('refuses another’s lake, whatever Temporal it has', async () => {
    const [one, two] = [await servers(), await servers()];
    const theirs = directory();
    await one.join(theirs);
    const mark = await one.hdfs.readText('/chatlake/installation.json');
    await two.hdfs.writeText('/chatlake/installation.json', mark, { createParent: true });
    await assert.rejects(
      two.join(directory()),
      /Expected \/chatlake in HDFS to be free .*Set HDFS_ROOT to another directory/,
    );
    assert.deepEqual(await two.data(), {});
  });

  it('finds its id again where that is lost: in this very directory, or on a server of its own', async () => {
    const { join } = await servers();
    const mine = directory();
    await join(mine);
    const id = idIn(mine);
    rmSync(idFile(mine));
    await join(mine);
    assert.equal(idIn(mine), id);
    const moved = directory();
    await join(moved, { temporal: true, hdfs: true });
    assert.equal(idIn(moved), id, 'the servers were moved along with the directory');
  });

  it('goes on where its directory was copied or moved to, with the new place', async () => {
    const { join, data } = await servers();
    const [old, moved] = [directory(), directory()];
    await join(old);
    writeFileSync(idFile(moved), readFileSync(idFile(old)));
    await join(moved);
    assert.equal((await data())['chatlake.place'], `${hostname()}:${moved}`);
  });

  it('refuses an id that is damaged', async () => {
    const { join } = await servers();
    const mine = directory();
    for (const content of ['', '{}', 'null', '{"id": 7}', '{"id": "x", "use": "up", "madeAt": ""}']) {
      writeFileSync(idFile(mine), content);
      await assert.rejects(join(mine), {
        exitCode: 78,
        message: /to hold the id of this installation, found something else/,
      });
    }
  });

  it('a demo may become more, and stays so', () => {
    const mine = directory();
    const id = crypto.randomUUID();
    for (const [use, kept] of [
      ['demo', 'demo'],
      ['up', 'up'],
      ['demo', 'up'],
    ] as const) {
      writeInstallation(mine, { id, use });
      assert.equal(readInstallation(mine)?.use, kept);
    }
  });

  const idFile = (place: string): string => join(place, 'installation.json');
});

describe('idOf(self, belongings)', () => {
  const refusal = () => new Error('another’s') as never;
  const belonging = (installation: string | undefined, isLocal = false, place = 'there') => ({
    owner: installation === undefined ? undefined : { installation, place },
    isLocal,
    refusal,
  });

  it('is new where nobody has one', () => {
    const id = idOf({ id: undefined, place: 'here' }, [belonging(undefined), belonging(undefined)]);
    assert.match(id, /^[0-9a-f-]{36}$/);
  });

  it('is the own, and what is local follows it', () => {
    assert.equal(idOf({ id: 'a', place: 'here' }, [belonging('b', true), belonging('a')]), 'a');
  });

  it('refuses one that is another’s though the other is local', () => {
    assert.throws(() => idOf({ id: undefined, place: 'here' }, [belonging('a', true), belonging('b')]), /another’s/);
  });
});

describe('ensureNamespace(connection, namespace)', function () {
  this.timeout(serversTimeoutMs);

  it('makes a namespace that can be used, once', async () => {
    const { client, connection } = await temporalNamespace('ensure');
    try {
      const namespace = `made-${crypto.randomUUID().slice(0, 8)}`;
      await ensureNamespace(connection, namespace);
      await ensureNamespace(connection, namespace);
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      assert.equal(Number(config?.workflowExecutionRetentionTtl?.seconds), 7 * 24 * 3600);
      assert.ok(client);
    } finally {
      await connection.close();
    }
  });
});
