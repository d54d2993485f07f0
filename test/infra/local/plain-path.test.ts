import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { plainPath, symlinkTo } from '../../../infra/local/plain-path.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

describe('plainPath(directory)', () => {
  const directory = temporaryDirectories();
  const set = environment();

  it('is the directory itself if its path is plain', () => {
    const place = directory();
    set({ XDG_CACHE_HOME: join(place, 'cache') });
    assert.equal(plainPath(join(place, 'data-1', 'x_y.z')), join(place, 'data-1', 'x_y.z'));
    assert.deepEqual(readdirSync(place), []);
  });

  it('is the same link in the cache each time otherwise, and removes links without a target', () => {
    const place = directory();
    set({ XDG_CACHE_HOME: join(place, 'cache') });
    const [one, two] = [join(place, '100% a:b'), join(place, '데이터\n')];
    for (const odd of [one, two]) mkdirSync(odd);
    const link = plainPath(one);
    assert.equal(realpathSync(link), one);
    assert.match(link, /^[A-Za-z0-9_./-]+$/);
    assert.equal(plainPath(one), link);
    rmSync(one, { recursive: true });
    plainPath(two);
    assert.equal(readdirSync(join(place, 'cache', 'chatlake', 'links')).length, 1);
  });

  it('is in a private directory if the path of the cache is not plain', () => {
    const place = directory();
    set({ XDG_CACHE_HOME: join(place, 'c:d'), TMPDIR: place });
    const odd = join(place, 'a,b');
    mkdirSync(odd);
    const link = plainPath(odd);
    assert.equal(realpathSync(link), odd);
    const own = join(link, '..');
    chmodSync(own, 0o777);
    assert.throws(() => plainPath(odd), /to be a directory of this user with a plain ASCII path/);
    set({ TMPDIR: join(place, 'e f') });
    assert.throws(() => plainPath(odd), { exitCode: 73 });
  });
});

describe('symlinkTo(target, link)', () => {
  const directory = temporaryDirectories();

  it('creates a link, and replaces it', () => {
    const link = join(directory(), 'link');
    for (const target of ['/a', '/a', '/b']) {
      symlinkTo(target, link);
      assert.equal(readlinkSync(link), target);
    }
  });
});
