import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeKeyFile, makeRoleKeyFiles } from '../../cli/key-file.ts';
import { roleKey, roleKeys } from '../../infra/setup/parameter-access.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('makeKeyFile(file)', () => {
  const directory = temporaryDirectories();

  it('creates a key for its owner only, and keeps one that exists', () => {
    const file = join(directory(), 'store');
    assert.equal(makeKeyFile(file), true);
    const key = readFileSync(file, 'utf8');
    assert.match(key, /^[\da-f]{64}\n$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(makeKeyFile(file), false);
    assert.equal(readFileSync(file, 'utf8'), key);
    assert.deepEqual(readdirSync(join(file, '..')), ['store']);
  });

  it('names a file that cannot be created', () => {
    assert.throws(
      () => makeKeyFile('/proc/nowhere'),
      /^Refusal: Expected .* to be a file that can be created, got ENOENT\./,
    );
  });
});

describe('makeRoleKeyFiles(keyFile, directory, tell)', () => {
  const directory = temporaryDirectories();

  it('writes the keys that the store knows, one file for each role', () => {
    const [keys, place] = [directory(), directory()];
    const keyFile = join(keys, 'store');
    makeKeyFile(keyFile);
    const told: [string, boolean][] = [];
    makeRoleKeyFiles(keyFile, place, (file, isNew) => void told.push([file, isNew]));
    const known = roleKeys(readFileSync(keyFile, 'utf8').trim());
    assert.deepEqual(readdirSync(place).sort(), known.map(({ name }) => name).sort());
    for (const { name, key } of known) assert.equal(readFileSync(join(place, name), 'utf8'), `${key}\n`);
    assert.equal(new Set(known.map(({ key }) => key)).size, 4);
    assert.ok(told.every(([, isNew]) => isNew));
  });

  it('writes to a directory of a role if there is one, so that each role can have its own volume', () => {
    const place = directory();
    makeKeyFile(join(place, 'operator'));
    mkdirSync(join(place, 'collector'));
    makeRoleKeyFiles(join(place, 'operator'), place, () => {});
    const operatorKey = readFileSync(join(place, 'operator'), 'utf8').trim();
    assert.equal(readFileSync(join(place, 'collector', 'key'), 'utf8').trim(), roleKey(operatorKey, 'collector'));
    assert.equal(readFileSync(join(place, 'loader'), 'utf8').trim(), roleKey(operatorKey, 'loader'));
  });
});
