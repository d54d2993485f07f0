import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('chatlake save', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();

  it('writes a page that `chatlake page` has published, and keeps an existing file without --force', async () => {
    const place = directory();
    const env = { REPORT_DIR: join(place, 'site') };
    const input = join(place, 'page.json');
    writeFileSync(input, JSON.stringify({ name: 'larks', title: 'Larks', summary: ['They sing.'] }));
    assert.equal(await chatlake(['page', input], env).exited(), 0);
    const out = join(place, 'larks.html');
    const save = async (...args: string[]) => {
      const command = chatlake(['save', 'notebooks/larks', out, ...args], env);
      return { code: await command.exited(), stdout: command.stdout(), stderr: command.stderr() };
    };
    const said = `Saved the page notebooks/larks as ${out}. Open the file in a browser; it needs no network.\n`;
    assert.deepEqual(await save(), { code: 0, stdout: '', stderr: said });
    const saved = readFileSync(out, 'utf8');
    assert.match(saved, /They sing\./);
    assert.doesNotMatch(saved, /<script[^>]* src|<link rel="stylesheet"|<a href/);
    writeFileSync(out, 'mine');
    const exists = `Expected ${out} not to exist, found a file. Give another name, or --force to replace it.\n`;
    assert.deepEqual(await save(), { code: 73, stdout: '', stderr: exists });
    assert.equal(readFileSync(out, 'utf8'), 'mine');
    const forced = await save('--force', '--json');
    assert.deepEqual([forced.code, JSON.parse(forced.stdout)], [0, { out }]);
    assert.equal(readFileSync(out, 'utf8'), saved);
  });

  it('leaves no file if there is no such page', async () => {
    const place = directory();
    const out = join(place, 'a.html');
    const command = chatlake(['save', '2026-11-25', out], { REPORT_DIR: join(place, 'site') });
    assert.equal(await command.exited(), 78);
    assert.match(command.stderr(), /^Expected a page of the site at [^\n]+\n$/);
    assert.equal(existsSync(out), false);
  });
});
