import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('chatlake page', function () {
  this.timeout(30_000);
  const directory = temporaryDirectories();

  it('says where the page is, with --json for programs', async () => {
    const place = directory();
    const file = join(place, 'page.json');
    writeFileSync(file, JSON.stringify({ name: 'larks', title: 'Larks', summary: ['They sing.'] }));
    const env = { REPORT_DIR: join(place, 'site') };
    const written = join(place, 'site/notebooks/larks/index.html');
    const plain = chatlake(['page', file], env);
    assert.equal(await plain.exited(), 0, plain.stderr());
    assert.equal(plain.stdout(), `Published /notebooks/larks/ of the site (${written}).\n`);
    const json = chatlake(['page', file, '--json'], env);
    assert.equal(await json.exited(), 0, json.stderr());
    assert.deepEqual(JSON.parse(json.stdout()), { path: '/notebooks/larks/', file: written });
    assert.match(readFileSync(written, 'utf8'), /They sing\./);
  });
});
