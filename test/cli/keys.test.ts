import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localKeys } from '../../cli/keys.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('localKeys(directory)', () => {
  const directory = temporaryDirectories();

  it('creates keys once, readable by the owner only', () => {
    const place = directory();
    const keys = localKeys(place);
    assert.deepEqual(localKeys(place), keys);
    assert.deepEqual(readdirSync(place), ['keys.json']);
    assert.equal(statSync(join(place, 'keys.json')).mode & 0o777, 0o600);
  });

  it('keeps a damaged file, and does not advise to remove anything', () => {
    const place = directory();
    for (const content of ['', '{}', 'null', '{"parameterStoreKey": "short", "encryptionKey": ""}']) {
      writeFileSync(join(place, 'keys.json'), content);
      assert.throws(
        () => localKeys(place),
        (error: Error & { exitCode: number }) => {
          assert.equal(error.exitCode, 78);
          assert.match(error.message, /Restore it from a backup\. .*rename it/);
          assert.doesNotMatch(error.message, /remove|delete|clean/);
          return true;
        },
      );
      assert.equal(readFileSync(join(place, 'keys.json'), 'utf8'), content);
    }
  });
});
