import assert from 'node:assert/strict';
import { formatTile, parseHourDirectory, parseTileFile } from '../../../activities/red/tile.ts';

describe('formatTile(tile), parseHourDirectory(name) and parseTileFile(name)', () => {
  const range = { partition: 3, from: 0n, to: 9_007_199_254_740_993n };

  it('are inverse, even beyond JavaScript’s safe integers', () => {
    const name = formatTile({ ...range, hour: '2026-11-25T14' });
    assert.equal(name, 'hour=2026-11-25T14/p3-0-9007199254740993.parquet');
    const [directory = '', file = ''] = name.split('/');
    assert.equal(parseHourDirectory(directory), '2026-11-25T14');
    assert.deepEqual(parseTileFile(file), range);
  });

  it('reject any other name', () => {
    for (const name of ['gaps', 'hour=2026-11-25', '2026-11-25T14', '']) {
      assert.equal(parseHourDirectory(name), undefined, name);
    }
    for (const name of ['x.parquet', 'p0-0-1.parquet.tmp', 'p0-0-1.json', '']) {
      assert.equal(parseTileFile(name), undefined, name);
    }
    assert.equal(parseTileFile('p0-5-5.parquet'), undefined, 'an empty range');
  });
});
