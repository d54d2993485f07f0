import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const PROJECT = join(import.meta.dirname, '..');

/** A test that imports one of these, itself or through others, starts a server, a browser or a process. */
const NEEDS = ['test/integration/servers.ts', '@temporalio/testing', 'node:child_process', 'playwright-core'];

/** Tests that run a refinement in DuckDB for each case, or thousands of schedules. Each takes ten seconds or more: they run in `make test`. */
const LONG = [
  'test/activities/query/ask',
  'test/activities/query/gaps',
  'test/activities/query/plan',
  'test/activities/report/odd-rows',
  'test/activities/report/report',
  'test/activities/yellow/imported-lines',
  'test/activities/yellow/line-fuzz',
  'test/activities/yellow/open-hour',
  'test/activities/yellow/refinement',
  'test/simulation/simulation',
];

const IMPORT = /^(?:import|export)(?! type\b)[^;]*?from '([^']+)'/gm;

/** What the file imports, not counting types: packages by name, files of the project by their path in it. */
function importsOf(file: string): string[] {
  return [...readFileSync(join(PROJECT, file), 'utf8').matchAll(IMPORT)].map(([, source = '']) =>
    source.startsWith('.') ? join(dirname(file), source) : source,
  );
}

function needsServer(test: string): boolean {
  const seen = new Set<string>();
  const toSee = importsOf(test);
  for (let next = toSee.pop(); next !== undefined; next = toSee.pop()) {
    // The product may start processes; a test of it that does so imports them itself.
    if (NEEDS.includes(next)) return true;
    if (seen.has(next) || !next.startsWith('test/')) continue;
    seen.add(next);
    toSee.push(...importsOf(next));
  }
  return false;
}

const tests = globSync('test/**/*.test.ts', { cwd: PROJECT })
  .map((file) => relative('.', file))
  .filter((test) => !LONG.some((start) => test.startsWith(start)) && !needsServer(test))
  .sort();
const MOCHA = ['node_modules/mocha/bin/mocha.js', '--no-config', '--parallel', '--jobs', '6', '--timeout', '20000'];
const { status } = spawnSync(process.execPath, [...process.execArgv, ...MOCHA, '--reporter', 'dot', ...tests], {
  cwd: PROJECT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
