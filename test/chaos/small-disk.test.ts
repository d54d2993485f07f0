import assert from 'node:assert/strict';
import { statfsSync } from 'node:fs';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SmallDisk } from './small-disk.ts';

const freeBlocks = (directory: string) => statfsSync(directory).bavail;

describe('SmallDisk', () => {
  it('becomes full and read-only in any order, and finally neither', async function () {
    const { path, remove } = await temporaryDirectory('small-disk');
    const disk = SmallDisk.mount(path);
    try {
      // Only root can mount.
      if (disk === undefined) return this.skip();
      assert.equal(disk.fill(), true);
      assert.equal(freeBlocks(path), 0);
      assert.equal(disk.makeReadOnly(), true);
      assert.equal(disk.fill(), false);
      disk.empty();
      assert.equal(disk.makeWritable(), true);
      assert.ok(freeBlocks(path) > 0);
    } finally {
      disk?.unmount();
      await remove();
    }
  });
});
