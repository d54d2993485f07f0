import assert from 'node:assert/strict';
import { createYellowGauges } from '../../../activities/yellow/metrics.ts';
import { recordingMeter } from '../../workers/recording-meter.ts';

describe('createYellowGauges(meter)', () => {
  const at = (time: string): number => Date.parse(`2026-11-25T${time}Z`);
  const seconds = (time: string): number => at(time) / 1000;

  it('says when the open hour was refined and up to where hours are complete; an old hour changes neither', () => {
    const { meter, metrics } = recordingMeter();
    const tell = createYellowGauges(meter);
    const values = () =>
      ['chatlake_yellow_refined_at_seconds', 'chatlake_yellow_complete_until_seconds'].map((name) =>
        metrics.get(name)?.values.get(''),
      );
    assert.deepEqual(values(), [0, 0]);
    tell({ hour: '2026-11-25T12', startedAtMs: at('12:20:00'), isComplete: false });
    assert.deepEqual(values(), [seconds('12:20:00'), 0]);
    tell({ hour: '2026-11-25T11', startedAtMs: at('12:21:00'), isComplete: true });
    tell({ hour: '2026-11-24T03', startedAtMs: at('12:22:00'), isComplete: true });
    assert.deepEqual(values(), [seconds('12:20:00'), seconds('12:00:00')]);
  });
});
