import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clean } from '../../cli/clean.ts';
import type { CleanOptions } from '../../cli/clean.ts';
import { lockDirectory } from '../../common/directory-lock.ts';
import { claimDirectory } from '../../infra/local/directory-claim.ts';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import { writeInstallation } from '../../infra/setup/installation-file.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('clean({ lake, env })', () => {
  const directory = temporaryDirectories();

  /** A checkout with a real installation and one of the demo. */
  function checkout(demoUse: 'demo' | 'up' = 'demo') {
    const place = directory();
    const put = (file: string): void => {
      mkdirSync(dirname(join(place, file)), { recursive: true });
      writeFileSync(join(place, file), 'x');
    };
    for (const data of ['data', 'data/demo']) {
      for (const file of [
        'servers/hdfs/datanode/block',
        'keys.json',
        'spill/a/1.lines',
        'parameters/config/stream-poll.json',
      ])
        put(`${data}/${file}`);
      for (const file of ['cache/refiner/f', 'scratch/loader-1/f', 'logs/loader.log']) put(`${data}/${file}`);
    }
    put('data/parameters/secrets/twitch/chatlake.json');
    put('data/demo/parameters/secrets/twitch/demo.json');
    put('site/2026-11-25/index.html');
    put('site/demo/index.html');
    writeInstallation(join(place, 'data'), { id: crypto.randomUUID(), use: 'up' });
    writeInstallation(join(place, 'data/demo'), { id: crypto.randomUUID(), use: demoUse });
    const printed: string[] = [];
    return {
      place,
      put,
      printed: () => printed.join('\n'),
      has: (file: string) => existsSync(join(place, file)),
      clean: (options: Partial<CleanOptions> = {}) =>
        clean({
          lake: undefined,
          env: {},
          checkout: place,
          ask: undefined,
          print: (line) => printed.push(line),
          ...options,
        }),
    };
  }

  const COLLECTED = [
    'data/servers/hdfs/datanode/block',
    'data/keys.json',
    'data/spill/a/1.lines',
    'data/parameters/secrets/twitch/chatlake.json',
    'data/installation.json',
    'site/2026-11-25/index.html',
  ];

  it('removes files that are created again and the data of the demo, and keeps collected data', async () => {
    const it = checkout();
    await it.clean();
    for (const file of COLLECTED) assert.ok(it.has(file), file);
    for (const file of ['data/cache', 'data/scratch', 'data/logs', 'data/demo', 'site/demo'])
      assert.ok(!it.has(file), file);
    assert.match(it.printed(), /Kept: the collected data, keys and tokens in/);
  });

  it('keeps the directory of the demo if it was also used by `make up`', async () => {
    const used = checkout('up');
    // Older releases wrote no installation id: a token of another account shows the use.
    const older = checkout();
    older.put('data/demo/parameters/secrets/twitch/somebody.json');
    rmSync(join(older.place, 'data/demo/installation.json'));
    for (const it of [used, older]) {
      await it.clean();
      assert.ok(it.has('data/demo/servers/hdfs/datanode/block'));
      assert.ok(!it.has('data/demo/cache'));
      assert.match(it.printed(), /data\/demo is kept: it was also used by `make up`/);
    }
  });

  it('removes no files of others, and only the link of a symbolic link', async () => {
    const place = directory();
    mkdirSync(join(place, 'data', 'cache'), { recursive: true });
    mkdirSync(join(place, 'elsewhere', 'servers'), { recursive: true });
    symlinkSync('../elsewhere', join(place, 'data', 'demo'));
    await clean({ lake: undefined, env: {}, checkout: place, print: () => {} });
    assert.ok(existsSync(join(place, 'data', 'cache')) && existsSync(join(place, 'elsewhere', 'servers')));
  });

  it('cleans the directory in DATA_DIR', async () => {
    const it = checkout();
    await it.clean({ env: { DATA_DIR: 'other' } });
    assert.ok(it.has('data/cache'));
  });

  it('removes nothing from a running installation', async () => {
    const it = checkout();
    writeFileSync(join(it.place, 'data/servers/launcher.pid'), identifyProcess(process.pid) ?? '');
    for (const lake of [undefined, join(it.place, 'data')])
      await assert.rejects(it.clean({ lake, ask: async () => lake ?? '' }), {
        exitCode: 73,
        message: /unused, but process \d+ runs/,
      });
    assert.ok(it.has('data/cache') && it.has('data/demo/cache'));
  });

  it('removes nothing if a launcher holds the lock and has not written its process id yet', async () => {
    const it = checkout();
    const unlock = lockDirectory(join(it.place, 'data/servers'), 'launcher');
    for (const lake of [undefined, join(it.place, 'data')])
      await assert.rejects(it.clean({ lake, ask: async () => lake ?? '' }), /unused, but another process runs/);
    unlock?.();
    assert.ok(it.has('data/cache') && it.has('data/demo/cache'));
  });

  it('keeps launchers out while it waits for the confirmation', async () => {
    const it = checkout();
    const lake = join(it.place, 'data');
    (await claimDirectory(join(lake, 'servers')))();
    const ask = async (): Promise<string> => {
      await assert.rejects(claimDirectory(join(lake, 'servers')), { exitCode: 73 });
      return lake;
    };
    await it.clean({ lake, ask });
    assert.ok(!it.has('data'));
  });

  it('removes an installation after its name was typed', async () => {
    const it = checkout();
    const lake = join(it.place, 'data');
    await it.clean({
      lake,
      ask: async (question) => (assert.match(question, /Type .*data to remove it/), ` ${lake}\n`),
    });
    assert.ok(!it.has('data'));
    assert.ok(it.has('site/2026-11-25/index.html'), 'the reports are kept');
  });

  it('refuses to remove without a terminal, for a wrong name, and for other directories', async () => {
    const it = checkout();
    const lake = join(it.place, 'data');
    await assert.rejects(it.clean({ lake }), {
      exitCode: 78,
      message: /Expected a terminal .* found none\. Nothing was removed/,
    });
    for (const typed of ['', 'y', 'yes', 'data2', '..'])
      await assert.rejects(it.clean({ lake, ask: async () => typed }), /got something else\. Nothing was removed/);
    for (const other of [it.place, join(it.place, 'site'), join(it.place, 'nowhere'), '/', ''])
      await assert.rejects(
        it.clean({ lake: other, ask: async () => other }),
        /to be the data directory of an installation/,
      );
    for (const file of [...COLLECTED, 'data/cache']) assert.ok(it.has(file), file);
  });
});
