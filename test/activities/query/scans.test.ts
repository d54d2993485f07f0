import assert from 'node:assert/strict';
import { readScans } from '../../../activities/query/scans.ts';

const plan = (...infos: Record<string, unknown>[]): string =>
  JSON.stringify([
    {
      name: 'PROJECTION',
      children: infos.map((extra_info) => ({ name: 'READ_PARQUET', children: [], extra_info })),
      extra_info: {},
    },
  ]);

describe('readScans(plan)', () => {
  it('reads the condition and the number of files of each scan', () => {
    assert.deepEqual(
      readScans(
        plan(
          { 'File Filters': "(hour = 'a')", 'Scanning Files': '1/48' },
          { 'File Filters': "prefix(hour, 'b')", 'Scanning Files': '0/2' },
        ),
      ),
      [
        { condition: "(hour = 'a')", files: 1 },
        { condition: "prefix(hour, 'b')", files: 0 },
      ],
    );
  });

  it('joins conditions between which DuckDB writes nothing', () => {
    const texts = ["(hour > 'a')prefix(hour, 'b)(''')(hour IN ('c', 'd'))", ["(hour > 'a", "b')"]];
    const scans = readScans(plan(...texts.map((text) => ({ 'File Filters': text, 'Scanning Files': '1/1' }))));
    assert.deepEqual(
      scans.map((scan) => scan?.condition),
      ["(hour > 'a') AND prefix(hour, 'b)(''') AND (hour IN ('c', 'd'))", "(hour > 'a\nb')"],
    );
  });

  it('cannot tell a scan without both', () => {
    assert.deepEqual(readScans(plan({}, { 'File Filters': 'x' }, { 'Scanning Files': '1/1' })), [
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(readScans('[]'), []);
  });
});
