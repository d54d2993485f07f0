import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startCommand } from '../demo/command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('bin/chatlake', function () {
  this.timeout(30_000);
  const directory = temporaryDirectories();

  it('names what to do in a clone whose packages are not installed', async () => {
    const clone = directory();
    cpSync('bin', join(clone, 'bin'), { recursive: true });
    const command = startCommand('chatlake', [join(clone, 'bin/chatlake'), 'login'], { cwd: clone, env: process.env });
    assert.deepEqual(
      [await command.exited(), command.stderr()],
      [
        69,
        `Expected the packages of Chatlake in ${clone}/node_modules, found none. Run \`make up\` there, which installs them.\n`,
      ],
    );
  });

  it('runs from any directory, and through a link', async () => {
    const elsewhere = directory();
    mkdirSync(join(elsewhere, 'bin'));
    symlinkSync(resolve('bin/chatlake'), join(elsewhere, 'bin', 'chatlake'));
    const command = startCommand('chatlake', ['bin/chatlake', '--help'], { cwd: elsewhere, env: process.env });
    assert.equal(await command.exited(), 0, command.stderr());
    assert.match(command.stdout(), /^chatlake: collects/);
  });
});
