import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, cached } from '../../../infra/local/cache.ts';
import { temporaryDirectories } from './temporary-directory.ts';

describe('cached(entry)', () => {
  const directory = temporaryDirectories();
  const before = process.env['XDG_CACHE_HOME'];

  beforeEach(() => {
    process.env['XDG_CACHE_HOME'] = directory();
  });
  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
  });

  const entry = (build: (place: string) => Promise<void>) => ({
    name: 'thing-1',
    lock: 'things',
    isComplete: (place: string) => existsSync(join(place, 'thing')),
    build,
  });

  /** The entries of the cache, without its lock files. */
  const seen = (): string[] => readdirSync(cacheDirectory()).filter((name) => name !== '.things.lock');

  it('builds once for several concurrent requests', async () => {
    let builds = 0;
    const ask = () =>
      cached(
        entry(async (place) => {
          builds += 1;
          await new Promise(setImmediate);
          writeFileSync(join(place, 'thing'), 'x');
        }),
      );
    const places = await Promise.all([ask(), ask(), ask()]);
    assert.equal(builds, 1);
    assert.deepEqual([...new Set(places)], [join(cacheDirectory(), 'thing-1')]);
    assert.deepEqual(seen(), ['thing-1']);
  });

  it('removes a failed build, and builds again for the next request', async () => {
    const failing = entry(async (place) => {
      writeFileSync(join(place, 'thing'), 'half');
      throw new Error('no network');
    });
    await assert.rejects(cached(failing), /no network/);
    assert.deepEqual(seen(), []);
    const place = await cached(entry(async (scratch) => writeFileSync(join(scratch, 'thing'), 'whole')));
    assert.equal(readFileSync(join(place, 'thing'), 'utf8'), 'whole');
  });

  it('replaces an incomplete directory, and removes the files of a killed build', async () => {
    mkdirSync(join(cacheDirectory(), 'thing-1'), { recursive: true });
    mkdirSync(join(cacheDirectory(), 'thing-1.killed'));
    writeFileSync(join(cacheDirectory(), 'thing-1', 'rest'), '');
    const place = await cached(entry(async (scratch) => writeFileSync(join(scratch, 'thing'), '')));
    assert.deepEqual(readdirSync(place), ['thing']);
    assert.deepEqual(seen(), ['thing-1']);
  });
});
