import assert from 'node:assert/strict';
import { createReportGauge } from '../../../activities/report/metrics.ts';
import { recordingMeter } from '../../workers/recording-meter.ts';

describe('createReportGauge(meter)', () => {
  it('says when the report of the current day was published; other days do not count', () => {
    const { meter, metrics } = recordingMeter();
    const tell = createReportGauge(meter);
    const value = () => metrics.get('chatlake_report_published_at_seconds')?.values.get('');
    assert.equal(value(), 0);
    const nowMs = Date.parse('2026-11-25T12:20:00Z');
    tell('2026-11-25', nowMs);
    tell('2026-11-24', nowMs + 60_000);
    assert.equal(value(), nowMs / 1000);
  });
});
