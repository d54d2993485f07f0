import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Mutant } from './mutants.ts';
import { MUTANTS } from './mutants.ts';
import { mutate } from './mutate.ts';

const project = resolve(import.meta.dirname, '../..');

/** Copies the working tree, so that the copy can be changed. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'chatlake-mutants-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
  });
  for (const file of listed
    .toString()
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(project, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    copyFileSync(join(project, file), join(copy, file));
  }
  symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** Runs tests in the copy until one fails. Returns its name; undefined if all pass. */
function firstFailure(copy: string, tests: readonly string[]): string | undefined {
  const args = [
    'node_modules/mocha/bin/mocha.js',
    '--no-config',
    '--bail',
    // A broken program may go on after its tests.
    '--exit',
    '--timeout',
    '300000',
    '--reporter',
    'json',
  ];
  const run = spawnSync(process.execPath, [...process.execArgv, ...args, ...tests], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (run.status === 0) return undefined;
  const at = run.stdout.indexOf('{\n  "stats"');
  if (at < 0)
    throw new Error(`Expected a report of the tests ${tests.join(', ')}, got none: they could not be loaded.`);
  const report = run.stdout.slice(at);
  const { failures } = JSON.parse(report) as { failures: { fullTitle: string }[] };
  return failures[0]?.fullTitle ?? `the tests ended with ${run.status ?? run.signal ?? 'nothing'}`;
}

/** Returns the function that undoes it. */
function breakFile(copy: string, { file, change }: Mutant): () => void {
  const path = join(copy, file);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, mutate(whole, change));
  return () => writeFileSync(path, whole);
}

const say = (text: string): void => void process.stderr.write(`mutants  ${text}\n`);

function main(): void {
  const copy = copyTree();
  const survivors: string[] = [];
  try {
    const all = [...new Set(MUTANTS.flatMap(({ tests }) => tests))];
    say(`the tests must pass as things are: ${all.join(', ')}`);
    const failure = firstFailure(copy, all);
    if (failure !== undefined) throw new Error(`Expected all tests to pass without a mutant; "${failure}" failed.`);
    for (const mutant of MUTANTS) {
      const restore = breakFile(copy, mutant);
      const caughtBy = firstFailure(copy, mutant.tests);
      restore();
      if (caughtBy === undefined) survivors.push(mutant.name);
      say(`${mutant.name} (${mutant.breaks}): ${caughtBy === undefined ? 'NOT CAUGHT' : `caught by "${caughtBy}"`}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  process.stdout.write(
    `${JSON.stringify({ mutants: MUTANTS.length, caught: MUTANTS.length - survivors.length, survivors })}\n`,
  );
  if (survivors.length > 0) process.exitCode = 1;
}

main();
