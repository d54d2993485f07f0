import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openScratchDirectory } from '../../workers/scratch-directory.ts';
import { firstLine } from '../infra/local/first-line.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('openScratchDirectory(dataDirectory, name)', () => {
  const directory = temporaryDirectories();
  const holder = (data: string, name: string) =>
    spawn(process.execPath, [join(import.meta.dirname, 'scratch-holder.ts'), data, name], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  const left = (data: string) => readdirSync(join(data, 'scratch')).filter((name) => !name.startsWith('.'));

  it('gives each process its own directory, and removes those of killed processes of any worker', async () => {
    const data = directory();
    const [killed, living] = [holder(data, 'refiner'), holder(data, 'loader')];
    const [killedPath, livingPath] = await Promise.all([firstLine(killed), firstLine(living)]);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    assert.ok(existsSync(join(killedPath, 'tile.parquet')));

    const own = await openScratchDirectory(data, 'loader');
    assert.ok(!existsSync(killedPath));
    assert.ok(existsSync(join(livingPath, 'tile.parquet')));
    assert.notEqual(own.path, livingPath);
    assert.equal(dirname(own.path), join(data, 'scratch'));
    await own.close();
    assert.deepEqual(left(data), [livingPath.slice(livingPath.lastIndexOf('/') + 1)]);
    living.kill('SIGKILL');
    await once(living, 'exit');
  });

  it('removes directories of earlier releases, which had no locks', async () => {
    const data = directory();
    for (const name of ['refiner', 'loader-17/tiles-x', 'orchestrator']) {
      mkdirSync(join(data, 'scratch', name), { recursive: true });
      writeFileSync(join(data, 'scratch', name, 'a.parquet'), '');
    }
    const own = await openScratchDirectory(data, 'refiner');
    assert.equal(left(data).length, 1);
    await own.close();
    assert.deepEqual(left(data), []);
  });

  it('gives concurrent processes a directory each, and removes none of them', async () => {
    const data = directory();
    const all = await Promise.all(Array.from({ length: 8 }, () => openScratchDirectory(data, 'loader')));
    assert.ok(all.every(({ path }) => existsSync(path)));
    assert.equal(new Set(all.map(({ path }) => path)).size, 8);
    for (const { close } of all) await close();
  });
});
