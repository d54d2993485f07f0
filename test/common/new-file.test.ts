import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNewFile } from '../../common/new-file.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('writeNewFile(file, { force }, fill)', () => {
  const directory = temporaryDirectories();
  const refusal = (words: RegExp) => (error: Error & { exitCode?: number }) => (
    assert.match(error.message, words),
    error.exitCode === 73
  );

  it('has nothing under the name before the file is whole, and nothing else afterwards', async () => {
    const place = directory();
    const rows = await writeNewFile(join(place, 'a'), { force: false }, async (handle) => {
      await handle.appendFile('x');
      assert.equal(readdirSync(place).includes('a'), false);
      return 7;
    });
    assert.deepEqual([rows, readdirSync(place), readFileSync(join(place, 'a'), 'utf8')], [7, ['a'], 'x']);
  });

  it('leaves nothing if filling fails, and passes the error on', async () => {
    const place = directory();
    const failing = writeNewFile(join(place, 'a'), { force: true }, async (handle) => {
      await handle.appendFile('x');
      throw new Error('away');
    });
    await assert.rejects(failing, /^Error: away$/);
    assert.deepEqual(readdirSync(place), []);
  });

  it('keeps an existing file, also one that appears meanwhile, unless it is forced', async () => {
    const file = join(directory(), 'a');
    const late = writeNewFile(file, { force: false }, async () => writeFileSync(file, 'mine'));
    await assert.rejects(late, refusal(/^Expected .*\/a not to exist, found a file\. Give another name, or --force/));
    await assert.rejects(
      writeNewFile(file, { force: false }, async () => assert.fail()),
      refusal(/not to exist, found a file/),
    );
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    await writeNewFile(file, { force: true }, (handle) => handle.appendFile('yours'));
    assert.equal(readFileSync(file, 'utf8'), 'yours');
  });

  it('refuses a directory, and a place that cannot be written', async () => {
    const place = directory();
    mkdirSync(join(place, 'd'));
    await assert.rejects(
      writeNewFile(join(place, 'd'), { force: true }, async () => {}),
      refusal(/found something else/),
    );
    await assert.rejects(
      writeNewFile(join(place, 'no/a'), { force: false }, async () => {}),
      refusal(/^Expected to write .*, got ENOENT\. Nothing was written\. Give another place\.$/),
    );
  });
});
