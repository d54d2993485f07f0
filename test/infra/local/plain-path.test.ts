import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { plainPath, symlinkTo } from '../../../infra/local/plain-path.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

describe('plainPath(directory)', () => {
  const directory = temporaryDirectories();
  const set = environment();

  it('is the directory itself where its name is plain', () => {
    const place = directory();
    set({ XDG_CACHE_HOME: join(place, 'cache') });
    assert.equal(plainPath(join(place, 'data-1', 'x_y.z')), join(place, 'data-1', 'x_y.z'));
    assert.deepEqual(readdirSync(place), []);
  });

  it('is a link in the cache otherwise, the same each time, and none is left of what is gone', () => {
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

  it('lies in a directory of this user’s own where the cache has such a name too', () => {
    const place = directory();
    set({ XDG_CACHE_HOME: join(place, 'c:d'), TMPDIR: place });
    const odd = join(place, 'a,b');
    mkdirSync(odd);
    const link = plainPath(odd);
    assert.equal(realpathSync(link), odd);
    const own = join(link, '..');
    chmodSync(own, 0o777);
    assert.throws(() => plainPath(odd), /to be a directory of this user with a plain name/);
    set({ TMPDIR: join(place, 'e f') });
    assert.throws(() => plainPath(odd), { exitCode: 73 });
  });
});

describe('symlinkTo(target, link)', () => {
  const directory = temporaryDirectories();

  it('makes a link, and points it anew', () => {
    const link = join(directory(), 'link');
    for (const target of ['/a', '/a', '/b']) {
      symlinkTo(target, link);
      assert.equal(readlinkSync(link), target);
    }
  });
});
