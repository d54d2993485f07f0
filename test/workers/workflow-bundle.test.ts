import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { workflowBundle } from '../../workers/workflow-bundle.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { quietRuntime } from '../workflows/rig.ts';

describe('workflowBundle(dataDirectory)', () => {
  let scratch: { path: string; remove: () => Promise<void> };

  beforeEach(async () => {
    quietRuntime();
    scratch = await temporaryDirectory('bundle');
  });

  afterEach(() => scratch.remove());

  it('builds once, and then returns the same file', async () => {
    const { codePath } = await workflowBundle(scratch.path);
    assert.match(await readFile(codePath, 'utf8'), /channelChat/);
    const { ino, mtimeMs } = await stat(codePath);
    assert.deepEqual(await workflowBundle(scratch.path), { codePath });
    const after = await stat(codePath);
    assert.deepEqual([after.ino, after.mtimeMs], [ino, mtimeMs]);
  });

  it('returns the one of a container image, and builds nothing then', async () => {
    const { codePath: built } = await workflowBundle(scratch.path);
    const dataDirectory = join(scratch.path, 'data');
    assert.deepEqual(await workflowBundle(dataDirectory, { prebuilt: dirname(built) }), { codePath: built });
    assert.equal(existsSync(dataDirectory), false);
  });

  it('removes only bundles of other versions and remains of killed builds', async () => {
    const directory = join(scratch.path, 'cache');
    await mkdir(join(directory, 'refiner'), { recursive: true });
    for (const name of ['workflows-0000.js', 'workflows-0000.js.5d1c.tmp'])
      await writeFile(join(directory, name), 'old');
    const { codePath } = await workflowBundle(scratch.path);
    assert.deepEqual((await readdir(directory)).sort(), ['refiner', basename(codePath)].sort());
  });

  it('keeps one with traces beside the one without', async () => {
    const bundles = [false, true].map((isTraced) => workflowBundle(scratch.path, { isTraced }));
    const names = (await Promise.all(bundles)).map(({ codePath }) => basename(codePath));
    assert.equal(new Set(names).size, 2);
    assert.deepEqual((await readdir(join(scratch.path, 'cache'))).sort(), names.sort());
    for (const isTraced of [false, true])
      await workflowBundle('/nowhere', { isTraced, prebuilt: join(scratch.path, 'cache') });
  });

  it('can be built by many processes at once', async () => {
    const bundles = await Promise.all([1, 2, 3].map(() => workflowBundle(scratch.path)));
    const [first] = bundles;
    assert.ok(first);
    for (const bundle of bundles) assert.deepEqual(bundle, first);
    assert.match(await readFile(first.codePath, 'utf8'), /channelChat/);
    assert.equal((await readdir(dirname(first.codePath))).length, 1);
  });
});
