import assert from 'node:assert/strict';
import { createProducerMetrics } from '../../../activities/collect/producer-metrics.ts';
import type { ProducerProgress } from '../../../activities/collect/line-producer.ts';
import { recordingMeter } from '../../workers/recording-meter.ts';

describe('createProducerMetrics(meter, spillLimitBytes)', () => {
  const progress = (received: number, join: number): ProducerProgress => ({
    received,
    acknowledged: received - 1,
    lost: 1,
    waitingBytes: 10 * received,
    coverage: { join, loss: 0, end: 0, fill: 0 },
    talliedUntilMs: undefined,
  });

  it('starts at 0, and counts up to the totals that it is told', () => {
    const { meter, metrics } = recordingMeter();
    const update = createProducerMetrics(meter, 1_000);
    const values = (name: string) => Object.fromEntries(metrics.get(name)?.values ?? []);
    assert.deepEqual(values('chatlake_lines_received'), { '': 0 });
    update({ producer: progress(5, 1), spill: { bytes: 20, damagedFiles: 0 } });
    update({ producer: progress(9, 3), spill: { bytes: 0, damagedFiles: 2 } });
    assert.deepEqual(values('chatlake_lines_received'), { '': 9 });
    assert.deepEqual(values('chatlake_lines_acknowledged'), { '': 8 });
    assert.deepEqual(values('chatlake_lines_lost'), { '': 1 });
    assert.deepEqual(values('chatlake_coverage_records'), { join: 3, loss: 0, end: 0, fill: 0 });
    assert.deepEqual(values('chatlake_queue_bytes'), { '': 90 });
    assert.deepEqual(values('chatlake_spill_bytes'), { '': 0 });
    assert.deepEqual(values('chatlake_spill_damaged_files'), { '': 2 });
    assert.deepEqual(values('chatlake_spill_limit_bytes'), { '': 1_000 });
  });
});
