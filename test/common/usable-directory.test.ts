import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Refusal } from '../../common/refusal.ts';
import { makeUsable } from '../../common/usable-directory.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('makeUsable(directories)', () => {
  const directory = temporaryDirectories();
  const make = (path: string) => makeUsable([{ variable: 'DATA_DIR', path }]);
  const refused = (path: string, words: RegExp) =>
    assert.throws(
      () => make(path),
      (error: Refusal) => {
        assert.equal(error.exitCode, 73);
        assert.match(error.message, /^Expected DATA_DIR \(.*Set DATA_DIR to another directory\.$/s);
        assert.match(error.message, words);
        return true;
      },
    );

  it('creates a directory of any name, with its parents', () => {
    for (const name of ['plain', 'a/b/c', '데이터', '100%', 'a:b', 'with space', 'new\nline', '-f', 'n'.repeat(200)]) {
      const path = join(directory(), name);
      make(path);
      assert.ok(statSync(path).isDirectory(), name);
      make(path);
    }
  });

  it('accepts a symbolic link to a directory', () => {
    const place = directory();
    mkdirSync(join(place, 'real'));
    symlinkSync('real', join(place, 'link'));
    make(join(place, 'link', 'below'));
    assert.ok(existsSync(join(place, 'real', 'below')));
  });

  it('refuses a place where nothing can be created', () => {
    refused('/proc/foo', /it cannot be created in \/proc \(ENOENT\)/);
    refused('/proc/foo/bar/baz', /it cannot be created in \/proc/);
    refused('/dev/null/data', /\/dev\/null is not a directory/);
  });

  it('refuses a file in place of the directory or a parent, and a broken link', () => {
    const place = directory();
    writeFileSync(join(place, 'file'), '');
    symlinkSync('nowhere', join(place, 'link'));
    symlinkSync('loop', join(place, 'loop'));
    refused(join(place, 'file'), /file is not a directory/);
    refused(join(place, 'file', 'a', 'b'), /file is not a directory/);
    refused(join(place, 'link'), /link is not a directory/);
    refused(join(place, 'loop', 'x'), /ELOOP/);
  });

  it('refuses names and paths that are too long', () => {
    refused(join(directory(), 'n'.repeat(300)), /ENAMETOOLONG/);
    refused(join(directory(), 'deep/'.repeat(900)), /bytes, and the limit is \d+/);
  });

  it('creates no directory if one of several is refused', () => {
    const place = directory();
    writeFileSync(join(place, 'file'), '');
    assert.throws(() =>
      makeUsable([
        { variable: 'DATA_DIR', path: join(place, 'data') },
        { variable: 'REPORT_DIR', path: join(place, 'file') },
      ]),
    );
    assert.deepEqual(readdirSync(place), ['file']);
  });

  it('refuses a read-only place', function () {
    const place = directory();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'chatlake-test', place], { stdio: 'ignore' });
    } catch {
      // Only root may mount.
      return this.skip();
    }
    try {
      refused(place, /is read-only/);
      refused(join(place, 'a'), /is read-only/);
    } finally {
      execFileSync('umount', [place]);
    }
  });
});
