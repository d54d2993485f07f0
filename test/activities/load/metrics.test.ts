import assert from 'node:assert/strict';
import { gaugesOf } from '../../../activities/load/metrics.ts';

describe('gaugesOf(status, nowMs)', () => {
  const partition = (
    table: 'chat' | 'coverage',
    number: number,
    lag: string,
    lastAppendedAt: string | null = null,
  ) => ({
    table,
    partition: number,
    nextOffset: '5',
    endOffset: '12',
    lag,
    tiles: 1,
    lastAppendedAt,
    tilingFaults: 2,
    gapLines: '40',
  });

  it('has the append time of the newest stored record, if it is known', () => {
    const partitions = [
      partition('chat', 0, '7', '2025-11-25T14:00:00.900Z'),
      partition('chat', 1, '7', null),
      partition('chat', 2, '7', 'metadata of another tool'),
    ];
    const times = gaugesOf({ partitions, tilingFaults: [] }, 0).filter(({ name }) => /stored_until/.test(name));
    assert.deepEqual(times, [
      {
        name: 'chatlake_red_stored_until_seconds',
        labels: { table: 'chat', partition: '0' },
        value: 1_764_079_200,
      },
    ]);
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
