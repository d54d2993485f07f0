import assert from 'node:assert/strict';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeKeyFiles } from '../../cli/key-files.ts';
import { roleKey } from '../../infra/setup/parameter-access.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

const HOLDERS = ['operator', 'encryption', 'orchestrator', 'collector', 'loader', 'refiner'];

describe('makeKeyFiles(directory)', () => {
  const directory = temporaryDirectories();

  it('creates a key for each holder, which only its owner may read, and keeps those that exist', () => {
    const place = join(directory(), 'keys');
    const made = makeKeyFiles(place);
    assert.deepEqual(
      made,
      HOLDERS.map((holder) => ({ file: join(place, holder, 'key'), isNew: true })),
    );
    const keys = made.map(({ file }) => readFileSync(file, 'utf8'));
    for (const [index, key] of keys.entries()) {
      assert.match(key, /^[\da-f]{64}\n$/);
      assert.equal(statSync(made[index]?.file ?? '').mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(join(place, HOLDERS[index] ?? '')), ['key']);
    }
    assert.equal(new Set(keys).size, HOLDERS.length);
    rmSync(join(place, 'loader'), { recursive: true });
    assert.deepEqual(
      makeKeyFiles(place).flatMap(({ file, isNew }) => (isNew ? [file] : [])),
      [join(place, 'loader', 'key')],
    );
    assert.deepEqual(
      made.map(({ file }) => readFileSync(file, 'utf8')),
      keys,
    );
  });

  it('derives the keys of the workers from that of the operator, as the store does', () => {
    const place = directory();
    makeKeyFiles(place);
    const [operator = '', collector] = ['operator', 'collector'].map((it) =>
      readFileSync(join(place, it, 'key'), 'utf8'),
    );
    assert.equal(collector?.trim(), roleKey(operator.trim(), 'collector'));
  });

  it('names a file that cannot be created', () => {
    for (const place of ['/proc/nowhere', join(directory(), 'absent', 'keys')])
      assert.throws(
        () => makeKeyFiles(place),
        /^Refusal: Expected .*operator\/key to be a file that can be created, got ENOENT\./,
      );
  });
});
