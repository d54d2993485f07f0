import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOfSpill } from '../../../activities/spill/size.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';

describe('sizeOfSpill(root)', () => {
  const temporaryDirectory = temporaryDirectories();

  it('adds the segments of all collectors, and counts damaged ones apart', () => {
    const root = temporaryDirectory();
    for (const name of ['a', 'b', 'damaged']) mkdirSync(join(root, name));
    writeFileSync(join(root, 'a', '50000001.segment'), '12345');
    writeFileSync(join(root, 'a', '.collector.lock'), '1');
    writeFileSync(join(root, 'b', '49999999.segment'), '123');
    writeFileSync(join(root, 'damaged', 'run-50000001.segment'), '1234567');
    assert.deepEqual(sizeOfSpill(root), { bytes: 8, damagedFiles: 1 });
  });

  it('is nothing without a directory, and while the disk cannot be read', () => {
    const root = temporaryDirectory();
    assert.deepEqual(sizeOfSpill(join(root, 'none')), { bytes: 0, damagedFiles: 0 });
    writeFileSync(join(root, 'file'), '');
    assert.deepEqual(sizeOfSpill(join(root, 'file')), { bytes: 0, damagedFiles: 0 });
  });
});
