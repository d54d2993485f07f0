import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { arrowRules, readArrows } from '../eslint.arrows.ts';

const PROJECT = join(import.meta.dirname, '..');

describe('the table of arrows in docs/ARCHITECTURE.md', function () {
  this.timeout(60_000);
  const eslint = new ESLint({
    cwd: PROJECT,
    overrideConfigFile: true,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, arrowRules],
  });
  const faults = async (file: string, code: string): Promise<string[]> => {
    const [result] = await eslint.lintText(code, { filePath: join(PROJECT, file) });
    return (result?.messages ?? []).map(({ message }) => message);
  };
  const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: PROJECT, encoding: 'utf8' }).trim().split('\n');
  const table = readArrows(readFileSync(join(PROJECT, 'docs/ARCHITECTURE.md'), 'utf8'));

  it('has each folder that holds code, and no other', () => {
    const folders = files.map((file) => file.split('/').slice(0, -1));
    const depth = (top?: string): number => (top === 'activities' || top === 'infra' ? 2 : 1);
    const rooms = folders.map((parts) => parts.slice(0, depth(parts[0])).join('/')).filter((it) => it !== 'test');
    assert.deepEqual(
      [...table.keys()].sort(),
      [...new Set(rooms)].filter((it) => it !== '' && !it.startsWith('test/')).sort(),
    );
  });

  it('refuses an arrow that is not in it, however it is written', async () => {
    const arrow = /^activities\/hdfs\/ may import nothing of activities\/yellow\//;
    for (const code of [
      "import { x } from '../yellow/files.ts';",
      "import type { X } from '../yellow/files.ts';",
      "export * from '../yellow/files.ts';",
      "const { x } = await import('../../activities/yellow/files.ts');",
      "type X = import('../yellow/files.ts').X;",
    ]) {
      const [fault = 'no fault', ...more] = await faults('activities/hdfs/client.ts', code);
      assert.match(fault, arrow, code);
      assert.deepEqual(more, []);
    }
  });

  it('lets types alone through where it says so', async () => {
    const file = 'workflows/channel-chat.ts';
    assert.deepEqual(await faults(file, "import type { X } from '../activities/irc/index.ts';"), []);
    assert.match((await faults(file, "import { x } from '../activities/irc/index.ts';")).join(), /only types|types of/);
  });

  it('has no arrow that no file uses', async () => {
    const unused: string[] = [];
    const inner = [...table.keys()].sort((a, b) => b.length - a.length);
    const folderOf = (path: string) => inner.find((folder) => path.startsWith(`${folder}/`));
    const used = new Set<string>();
    for (const file of files) {
      const from = folderOf(file);
      for (const [, source = ''] of readFileSync(join(PROJECT, file), 'utf8').matchAll(/from '(\.[^']+)'/g))
        used.add(`${from} ${folderOf(join(file, '..', source))}`);
    }
    for (const [folder, { all, types }] of table)
      for (const pattern of [...all, ...types])
        if (!inner.some((to) => pattern.test(to) && used.has(`${folder} ${to}`)))
          unused.push(`${folder} ${pattern.source}`);
    assert.deepEqual(unused, []);
  });
});
