import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../common/whole-file.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('writeWhole(file, content, mode)', () => {
  const directory = temporaryDirectories();

  it('replaces a file and its mode, and leaves no other file', async () => {
    const file = join(directory(), 'a.json');
    writeFileSync(file, 'old', { mode: 0o644 });
    await writeWhole(file, Buffer.from('new'), 0o600);
    assert.equal(readFileSync(file, 'utf8'), 'new');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(file, '..')), ['a.json']);
  });

  it('shows readers the old text or the new one only, while many write', async () => {
    const file = join(directory(), 'a.json');
    const texts = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(100_000));
    await writeWhole(file, texts[0] ?? '', 0o600);
    const writes = Promise.all(texts.map((text) => writeWhole(file, text, 0o600)));
    let isWriting = true;
    void writes.finally(() => (isWriting = false));
    while (isWriting) {
      assert.ok(texts.includes(readFileSync(file, 'utf8')));
      await new Promise(setImmediate);
    }
    await writes;
  });

  it('leaves no file if the name is a directory, or the parent is missing', async () => {
    const place = directory();
    mkdirSync(join(place, 'taken', 'full'), { recursive: true });
    await assert.rejects(writeWhole(join(place, 'taken'), 'x', 0o600), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
    await assert.rejects(writeWhole(join(place, 'nowhere', 'a'), 'x', 0o600), { code: 'ENOENT' });
    assert.deepEqual(readdirSync(place), ['taken']);
  });
});
