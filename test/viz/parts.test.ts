import assert from 'node:assert/strict';
import { DAY_CHARTS } from '../../viz/charts/day/index.ts';
import { DAY_PARTS } from '../../viz/day-data.ts';
import { DAY_TABLES } from '../../viz/tables/day/index.ts';

describe('the parts of a day’s page', () => {
  it('have different names: a table would replace a chart of its name', () => {
    const names = [...Object.keys(DAY_CHARTS), ...Object.keys(DAY_TABLES)];
    assert.equal(Object.keys(DAY_PARTS).length, names.length);
  });
});
