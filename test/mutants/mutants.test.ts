import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { MUTANTS } from './mutants.ts';
import { mutate } from './mutate.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');

describe('mutants', () => {
  for (const { name, file, change, tests } of MUTANTS) {
    it(`${name} finds its place in ${file} and its tests`, () => {
      const broken = mutate(read(file), change);
      assert.notEqual(broken, read(file));
      if (file.endsWith('.ts')) stripTypeScriptTypes(broken);
      for (const test of tests) assert.match(read(test), /describe\(/);
    });
  }
});

describe('mutate(text, change)', () => {
  const code = `import { b } from './b.ts';
    async function f(x: number) { return x + 1; }
    class C { #n = 1; get n() { return this.#n; } async m(x: number) { await a(); await b(x); } }`;

  it('replaces functions, methods and getters by code that can call the original', () => {
    assert.match(
      mutate(code, { wrap: 'f', by: 'return original(2)' }),
      /original = async \(x: number\) => \{ return x/,
    );
    assert.match(mutate(code, { wrap: 'n', by: 'return 2' }), /get n\(\) \{ const given/);
  });

  it('changes what a file imports, and the order of two statements', () => {
    assert.match(mutate(code, { wrapImport: 'b', by: '' }), /import \{ b as original \}.*async function b\(/s);
    assert.match(mutate(code, { swap: ['a', 'b'], in: 'm' }), /\{ await b\(x\); await a\(\); \}/);
  });

  it('removes an SQL statement', () => {
    const sql = 'SELECT 1;\nDELETE FROM chat\nWHERE x;\nSELECT 2;\n';
    assert.equal(mutate(sql, { dropStatement: 'DELETE FROM chat' }), 'SELECT 1;\nSELECT 2;\n');
  });

  it('reports a place that does not exist exactly once', () => {
    assert.throws(() => mutate(code, { wrap: 'g', by: '' }), /Expected a function g once, found it 0 times/);
    assert.throws(() => mutate(`${code} function f() {}`, { wrap: 'f', by: '' }), /found it 2 times/);
  });
});
