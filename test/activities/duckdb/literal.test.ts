import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import { literal, literals } from '../../../activities/duckdb/literal.ts';

describe('literal(text) and literals(texts)', () => {
  it('come back from SQL as they are', async () => {
    const texts = ['', "it's", "''", '$& \\ " \n', '안녕'];
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const one = await connection.runAndReadAll(`SELECT ${texts.map(literal).join(', ')}`);
    const list = await connection.runAndReadAll(`SELECT unnest(${literals(texts)})`);
    connection.closeSync();
    instance.closeSync();
    assert.deepEqual(one.getRows(), [texts]);
    assert.deepEqual(list.getRows().flat(), texts);
  });
});
