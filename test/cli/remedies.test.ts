import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Advice to delete collected data. */
const ADVICE =
  /make clean|rm -rf|begin with an empty|remove (the )?(whole |data )?(directory|lake)|remove \$\{directory\}|with an empty one/i;
const ABOUT_CLEANING = new Set(['cli/clean.ts', 'cli/commands/clean.ts']);

describe('remedies', () => {
  it('never advise to remove collected data', () => {
    const files = ['activities', 'cli', 'infra', 'viz', 'workers', 'workflows'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const sources = files.filter((file) => file.endsWith('.ts') && !ABOUT_CLEANING.has(file));
    assert.ok(sources.length > 100);
    for (const file of sources) {
      const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      assert.doesNotMatch(text, ADVICE, file);
    }
  });
});
