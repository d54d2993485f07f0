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
import { SERVERS_TIMEOUT_MS, temporal } from '../../integration/servers.ts';
import { temporalNamespace } from '../../integration/temporal-namespace.ts';
import { temporaryDirectories } from '../local/temporary-directory.ts';

describe('joinInstallation(settings, { connection, namespace, hdfs, own })', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  const connections: Connection[] = [];

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    await temporal();
  });
  after(async () => {
    for (const connection of connections) await connection.close();
  });

  /** A namespace and a lake without an owner, for several data directories to join. */
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

  it('claims resources without an owner, and accepts its own again', async () => {
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

  it('refuses the namespace of another installation, names both, and changes nothing', async () => {
    const { join, data, namespace } = await servers();
    const [theirs, mine] = [directory(), directory()];
    await join(theirs);
    const before = await data();
    await assert.rejects(join(mine), (error: Error & { exitCode: number }) => {
      assert.equal(error.exitCode, 78);
      assert.ok(
        error.message.startsWith(`Expected the namespace ${namespace} of Temporal at 127.0.0.1:7999 to be unused`),
      );
      assert.ok(error.message.includes(`${hostname()}:${mine}`) && error.message.includes(`${hostname()}:${theirs}`));
      assert.match(error.message, /Unset TEMPORAL_ADDRESS .* or set TEMPORAL_NAMESPACE .*namespace create/);
      assert.equal(error.message.split('\n').length, 1);
      return true;
    });
    assert.deepEqual(await data(), before);
    assert.ok(!existsSync(idFile(mine)));
  });

  it('refuses the lake of another installation, also with its own Temporal', async () => {
    const [one, two] = [await servers(), await servers()];
    const theirs = directory();
    await one.join(theirs);
    const mark = await one.hdfs.readText('/chatlake/installation.json');
    await two.hdfs.writeText('/chatlake/installation.json', mark, { createParent: true });
    await assert.rejects(
      two.join(directory()),
      /Expected \/chatlake in HDFS to be unused .*Set HDFS_ROOT to another directory/,
    );
    assert.deepEqual(await two.data(), {});
  });

  it('finds a lost id again: from the same directory, or from a local server', async () => {
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

  it('accepts a directory that was copied or moved, and records the new place', async () => {
    const { join, data } = await servers();
    const [old, moved] = [directory(), directory()];
    await join(old);
    writeFileSync(idFile(moved), readFileSync(idFile(old)));
    await join(moved);
    assert.equal((await data())['chatlake.place'], `${hostname()}:${moved}`);
  });

  it('refuses a damaged id file', async () => {
    const { join } = await servers();
    const mine = directory();
    for (const content of ['', '{}', 'null', '{"id": 7}', '{"id": "x", "use": "up", "madeAt": ""}']) {
      writeFileSync(idFile(mine), content);
      await assert.rejects(join(mine), {
        exitCode: 78,
        message: /to contain the id of this installation, found something else/,
      });
    }
  });

  it('changes the use from demo to up, and never back', () => {
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

describe('idOf(self, resources)', () => {
  const refusal = () => new Error('another’s') as never;
  const resource = (installation: string | undefined, isLocal = false, place = 'there') => ({
    owner: installation === undefined ? undefined : { installation, place },
    isLocal,
    refusal,
  });

  it('is new if no resource has one', () => {
    const id = idOf({ id: undefined, place: 'here' }, [resource(undefined), resource(undefined)]);
    assert.match(id, /^[0-9a-f-]{36}$/);
  });

  it('is its own, also if a local resource has another', () => {
    assert.equal(idOf({ id: 'a', place: 'here' }, [resource('b', true), resource('a')]), 'a');
  });

  it('refuses a resource of another installation, also if another resource is local', () => {
    assert.throws(() => idOf({ id: undefined, place: 'here' }, [resource('a', true), resource('b')]), /another’s/);
  });
});

describe('ensureNamespace(connection, namespace)', function () {
  this.timeout(SERVERS_TIMEOUT_MS);

  it('creates a usable namespace once', async () => {
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
