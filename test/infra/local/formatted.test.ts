import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatOnce } from '../../../infra/local/formatted.ts';
import { temporaryDirectories } from './temporary-directory.ts';

describe('formatOnce(directory, data, format)', () => {
  const directory = temporaryDirectories();

  function server(place: string) {
    const data = join(place, 'data');
    const write = (name: string) => {
      mkdirSync(data, { recursive: true });
      writeFileSync(join(data, name), name);
    };
    const start = (format = async () => write('meta')) =>
      formatOnce(place, { directories: [data], traceOfUse: join(data, 'used') }, format);
    return { data, write, start };
  }

  it('formats again after an interrupted attempt', async () => {
    const place = directory();
    const { data, write, start } = server(place);
    write('half');
    await assert.rejects(start(() => Promise.reject(new Error('no'))));
    write('half');
    await start();
    assert.ok(existsSync(join(data, 'meta')) && !existsSync(join(data, 'half')));
  });

  it('never removes data that a server has used, even without the marker', async () => {
    const place = directory();
    const { data, write, start } = server(place);
    await start();
    write('used');
    rmSync(join(place, 'formatted'));
    await start(() => assert.fail('nothing is formatted'));
    assert.equal(readFileSync(join(data, 'used'), 'utf8'), 'used');
    assert.ok(existsSync(join(place, 'formatted')));
  });
});
