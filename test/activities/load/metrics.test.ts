import assert from 'node:assert/strict';
import { gaugesOf } from '../../../activities/load/metrics.ts';

describe('gaugesOf(status, nowMs)', () => {
  const partition = (table: 'chat' | 'coverage', number: number, lag: string) => ({
    table,
    partition: number,
    nextOffset: '5',
    endOffset: '12',
    lag,
    tiles: 1,
    lastAppendedAt: null,
    tilingFaults: 2,
    gapLines: '40',
  });

  it('has lag, faults and lost lines of each partition, and the time', () => {
    const status = { partitions: [partition('chat', 0, '7'), partition('coverage', 0, '0')], tilingFaults: [] };
    const inShort = gaugesOf(status, 1_764_079_200_900).map(({ name, labels, value }) =>
      [name, ...Object.values(labels), value].join(' '),
    );
    assert.deepEqual(inShort, [
      'chatlake_red_lag_lines chat 0 7',
      'chatlake_red_tiling_faults chat 0 2',
      'chatlake_red_gap_lines chat 0 40',
      'chatlake_red_lag_lines coverage 0 0',
      'chatlake_red_tiling_faults coverage 0 2',
      'chatlake_red_gap_lines coverage 0 40',
      'chatlake_red_looked_at_seconds 1764079200',
    ]);
  });
});
