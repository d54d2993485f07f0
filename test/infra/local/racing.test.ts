import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryDirectories } from './temporary-directory.ts';

const ROUNDS = 40;
const PROCESSES = 4;

describe('Several processes that start at the same moment, after one that died', function () {
  this.timeout(120_000);
  const directory = temporaryDirectories();

  /** Their output until all are done. */
  async function race(kind: 'claim' | 'build', base: string, env: Record<string, string> = {}): Promise<string[]> {
    const program = join(import.meta.dirname, 'racing-process.ts');
    const args = [program, kind, base, String(ROUNDS), String(Date.now() + 2_000)];
    const children = Array.from({ length: PROCESSES }, () =>
      spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } }),
    );
    const said = await Promise.all(
      children.map(async (child) => {
        const lines: string[] = [];
        for await (const line of createInterface({ input: child.stdout })) {
          if (line === 'done') break;
          lines.push(line);
        }
        return lines;
      }),
    );
    for (const child of children) child.kill('SIGKILL');
    return said.flat();
  }

  const each = (words: (round: number) => string): string[] =>
    Array.from({ length: ROUNDS }, (_, round) => words(round));

  it('claim each directory once', async () => {
    const base = directory();
    for (const round of each(String)) {
      mkdirSync(join(base, round));
      writeFileSync(join(base, round, 'launcher.pid'), '1 0');
    }
    assert.deepEqual((await race('claim', base)).sort(), each((round) => `claimed ${round}`).sort());
  });

  it('build each cache entry once, and never remove the build of another', async () => {
    const base = directory();
    mkdirSync(join(base, 'chatlake'));
    for (const name of each((round) => `thing-${round}`)) writeFileSync(join(base, 'chatlake', `${name}.lock`), '1 0');
    assert.deepEqual(await race('build', base, { XDG_CACHE_HOME: base }), []);
    const builds = readFileSync(join(base, 'builds'), 'utf8').trim().split('\n');
    assert.deepEqual(builds.sort(), each((round) => `thing-${round}`).sort());
  });
});
