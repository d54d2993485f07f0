import type { MetricMeter } from '@temporalio/common';
import { createProducerMetrics } from '../../activities/collect/producer-metrics.ts';
import { createRoomGauges } from '../../activities/irc/room-gauges.ts';
import { createCommitHistogram, createLoadGauges } from '../../activities/load/metrics.ts';
import { createReportGauge } from '../../activities/report/metrics.ts';
import { createPointsGauge, createTokenGauges } from '../../activities/twitch/metrics.ts';
import { createYellowGauges } from '../../activities/yellow/metrics.ts';
import { createActivityTimes } from '../../workers/activity-times.ts';
import { watchFreeDisk } from '../../workers/free-disk.ts';
import { createSiteCounter } from '../../workers/site-metrics.ts';
import { createStoreMetrics } from '../../workers/store-metrics.ts';
import { hourOf } from '../../workflows/hour.ts';

/** Creates the metrics of every process, as the composition roots do, and gives each a value. */
export function createAllMetrics(meter: MetricMeter, nowMs: number): void {
  createActivityTimes(meter, ['never']);
  watchFreeDisk(meter, '.');
  createRoomGauges(meter)(new Map([['chatlake', new Map([['joining', 2]])]]));
  createProducerMetrics(
    meter,
    1_000,
  )({
    producer: {
      received: 9,
      acknowledged: 7,
      lost: 1,
      waitingBytes: 30,
      coverage: { join: 3, loss: 2, end: 0, fill: 1 },
      talliedUntilMs: nowMs,
    },
    spill: { bytes: 20, damagedFiles: 1 },
  });
  createLoadGauges(meter)({
    partitions: [
      {
        table: 'chat',
        partition: 3,
        nextOffset: '5',
        endOffset: '12',
        lag: '7',
        tiles: 1,
        lastAppendedAt: '2026-11-25T14:00:00.000Z',
        tilingFaults: 2,
        gapLines: '40',
      },
    ],
    tilingFaults: ['one', 'two'],
  });
  createCommitHistogram(meter)('chat', 1.5);
  createYellowGauges(meter)({ hour: hourOf(nowMs), startedAtMs: nowMs, isComplete: true });
  createReportGauge(meter)(hourOf(nowMs).slice(0, 10), nowMs);
  createPointsGauge(meter)(799);
  const tokens = createTokenGauges(meter, ['chatlake', 'second']);
  tokens.onRefreshed('chatlake', null);
  tokens.onUsable('second', false);
  createSiteCounter(meter)(200);
  const store = createStoreMetrics(meter);
  store.answered({ client: 'collector', method: 'PUT', status: 507 });
  store.watch(async () => ({ parameters: 4, bytes: 900, secrets: 1, unreadable: 1 }));
}
