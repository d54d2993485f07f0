import assert from 'node:assert/strict';
import { CHARTS } from '../../viz/charts/index.ts';
import { PARTS } from '../../viz/day-data.ts';
import { TABLES } from '../../viz/tables/index.ts';

describe('the parts of a day’s page', () => {
  it('have different names: a table would replace a chart of its name', () => {
    const names = [...Object.keys(CHARTS), ...Object.keys(TABLES)];
    assert.equal(Object.keys(PARTS).length, names.length);
  });
});
