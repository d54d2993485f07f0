import type { MetricMeter } from '@temporalio/common';
import type { RedTable } from '../red/tables.ts';
import type { LoadStatus } from './status.ts';

/** One value of a gauge, as Prometheus shows it. */
export interface GaugeValue {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const units: Record<string, [unit: string, description: string]> = {
  chatlake_red_lag_lines: ['lines', 'Records of a partition in Kafka that are not in red yet'],
  chatlake_red_tiling_faults: [
    'faults',
    'Holes and overlaps in the newest 24 hours of a partition; above 0 is an incident',
  ],
  chatlake_red_gap_lines: ['lines', 'Offsets of a partition that gap records declare lost, since the beginning'],
  chatlake_red_stored_until_seconds: [
    'seconds',
    'When Kafka appended the newest stored record of a partition, in seconds since 1970',
  ],
  chatlake_red_looked_at_seconds: ['seconds', 'When the other gauges of red were last updated, in seconds since 1970'],
};

/** The load status as gauges. The time is one of them, because gauges keep their last values when updates stop. */
export function gaugesOf(status: LoadStatus, nowMs: number): GaugeValue[] {
  const values = status.partitions.flatMap(({ table, partition, lag, tilingFaults, gapLines, lastAppendedAt }) => {
    const labels = { table, partition: String(partition) };
    return [
      { name: 'chatlake_red_lag_lines', labels, value: Number(lag) },
      { name: 'chatlake_red_tiling_faults', labels, value: tilingFaults },
      { name: 'chatlake_red_gap_lines', labels, value: Number(gapLines) },
      ...storedUntil(lastAppendedAt).map((value) => ({ name: 'chatlake_red_stored_until_seconds', labels, value })),
    ];
  });
  return [...values, { name: 'chatlake_red_looked_at_seconds', labels: {}, value: Math.floor(nowMs / 1000) }];
}

/** None for a partition of which nothing is stored. Anybody may have written the text to Kafka. */
function storedUntil(lastAppendedAt: string | null): number[] {
  const ms = Date.parse(lastAppendedAt ?? '');
  return Number.isNaN(ms) ? [] : [Math.floor(ms / 1000)];
}

/** Creates a histogram of the times that tiles took to commit. @returns a function that adds one */
export function createCommitHistogram(meter: MetricMeter): (table: RedTable, seconds: number) => void {
  const histogram = meter.createHistogram(
    'chatlake_tile_commit_duration',
    'float',
    'seconds',
    'Time from the spool in memory to a file in red',
  );
  return (table, seconds) => histogram.record(seconds, { table });
}

/** Creates the gauges. @returns a function that updates them */
export function createLoadGauges(meter: MetricMeter): (status: LoadStatus) => void {
  const gauges = new Map(
    Object.entries(units).map(([name, about]) => [name, meter.createGauge(name, 'int', ...about)]),
  );
  return (status) => {
    for (const { name, labels, value } of gaugesOf(status, Date.now())) gauges.get(name)?.set(value, labels);
  };
}
