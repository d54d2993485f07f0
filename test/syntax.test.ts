import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { syntaxRules } from '../eslint.syntax.ts';
import { temporaryDirectories } from './infra/local/temporary-directory.ts';

const PROJECT = join(import.meta.dirname, '..');

describe('the lint rules of one hand', () => {
  const eslint = new ESLint({
    cwd: PROJECT,
    overrideConfigFile: true,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, syntaxRules],
  });
  const faults = async (code: string): Promise<number> =>
    (await eslint.lintText(code, { filePath: join(PROJECT, 'cli/up.ts') }))[0]?.messages.length ?? 0;

  it('refuses a URL of ours as a path, however it is written', async () => {
    for (const code of [
      "const text = readFileSync(new URL('x', import.meta.url).pathname);",
      'const here = new URL(import.meta.url).pathname;',
      "const { pathname } = new URL('x', import.meta.url);",
      "const file = new URL('x', import.meta.url);",
      'const file = (name) => new URL(name, import.meta.url);',
      'function file(name) { return new URL(name, import.meta.url); }',
    ])
      assert.equal(await faults(code), 1, code);
  });

  it('has constants that are plain values in capitals, and types imported on a line of their own', async () => {
    for (const code of [
      'const limitMs = 5_000;',
      "export const names = ['a', 'b'] as const;",
      'const size = 8 * 1024;',
      'const known = new Set([1]);',
      'const pattern = /a/;',
      "import { type Log, silentLog } from '../common/log.ts';",
    ])
      assert.equal(await faults(code), 1, code);
    for (const code of [
      'const LIMIT_MS = 5_000;',
      'function f() { const n = 5; return n; }',
      'const log = createLog();',
      'const stops = [];',
      'const held = new Set();',
    ])
      assert.equal(await faults(code), 0, code);
  });

  it('lets paths through, and the paths of other URLs', async () => {
    for (const code of [
      "const file = join(import.meta.dirname, 'x');",
      "const file = fileURLToPath(new URL('x', import.meta.url));",
      'const { pathname } = new URL(request.url);',
    ])
      assert.equal(await faults(code), 0, code);
  });
});

describe('A checkout below a folder with a space and Hangul in its name', function () {
  this.timeout(120_000);
  const directory = temporaryDirectories();

  it('finds its files: SQL, templates, assets, workflows, scripts', () => {
    const copy = join(directory(), '내 체크아웃 #1 100%');
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: PROJECT,
      encoding: 'utf8',
    });
    for (const file of listed.split('\0').filter((name) => /\.(ts|js|sql|css|sh|template|json|xml)$/.test(name))) {
      if (!existsSync(join(PROJECT, file))) continue;
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(PROJECT, file), join(copy, file));
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
    const script = `
      import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
      import { publishAssets } from './activities/report/site-files.ts';
      import { LINES_SQL } from './activities/yellow/sql-text.ts';
      import { runToEnd } from './common/guarded-process.ts';
      import { renderNginxConfig } from './infra/nginx/config.ts';
      import { join } from 'node:path';
      await publishAssets(join(process.cwd(), 'site'));
      renderNginxConfig({ directory: '/srv', host: '127.0.0.1', port: 1, headers: {} });
      await runToEnd('a guarded program', { program: '/bin/true', args: [], logFile: join(process.cwd(), 'log') });
      const workflowsPath = join(process.cwd(), 'workflows/index.ts');
      const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
      console.log(LINES_SQL.length > 0 && code.length > 0);`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: copy, encoding: 'utf8' });
    assert.equal(said.trim(), 'true');
  });
});
