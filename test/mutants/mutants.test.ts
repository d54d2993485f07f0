import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mutants } from './mutants.ts';

const project = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, project), 'utf8');

describe('mutants', () => {
  for (const { name, file, find, tests } of mutants) {
    it(`${name} finds its place in ${file} once, and its tests`, () => {
      assert.equal(read(file).split(find).length - 1, 1);
      for (const test of tests) assert.match(read(test), /describe\(/);
    });
  }
});
