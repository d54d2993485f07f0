import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..');

/** Tests that start the product's processes, browsers and other programs. The other lane has the rest, and takes about as long. */
const FIRST_LANE = ['test/browser/', 'test/demo/', 'test/infra/', 'test/workers/', 'test/zombies/'];

const isFirst = (file: string): boolean => FIRST_LANE.some((start) => file.startsWith(start));

async function run(files: readonly string[], output: 'inherit' | FileHandle): Promise<number> {
  const mocha = join(PROJECT, 'node_modules/mocha/bin/mocha.js');
  const stdout = output === 'inherit' ? output : output.fd;
  // Without the specification of .mocharc.json, which names all files.
  const child = spawn(process.execPath, [...process.execArgv, mocha, '--no-config', '--timeout', '60000', ...files], {
    cwd: PROJECT,
    stdio: ['ignore', stdout, stdout === 'inherit' ? 'inherit' : stdout],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

/**
 * `make test`: runs all tests in two mochas at once, each with servers of its own, because most tests wait for a server most of the time. The
 * first lane prints as it goes; the output of the second comes after it. The exit code is that of the lane that failed.
 */
const files = globSync('test/**/*.test.ts', { cwd: PROJECT }).sort();
const directory = await mkdtemp(join(tmpdir(), 'chatlake-lanes-'));
try {
  const path = join(directory, 'second.log');
  const log = await open(path, 'w');
  const second = run(
    files.filter((file) => !isFirst(file)),
    log,
  );
  const first = await run(files.filter(isFirst), 'inherit');
  process.stdout.write('\nThe other lane:\n');
  const code = await second;
  await log.close();
  process.stdout.write(await readFile(path));
  process.exitCode = first || code;
} finally {
  await rm(directory, { recursive: true });
}
