import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { onPath } from '../../../infra/local/programs.ts';
import type { Page, Series } from '../../workers/page.ts';
import { MONITORING } from './files.ts';

const MINUTES = 60;
/** A process that is gone was scraped for so long. */
const SCRAPED_MINUTES = 5;

/** Two pages of one worker, and whether it was gone after them. */
interface Seen {
  pages: readonly [Page, Page];
  gone?: boolean;
}

/**
 * Whether an alert fires if a worker goes on for an hour as it did from one page to the other: Prometheus' own rules test tells. Undefined
 * if promtool is not installed.
 */
export function firesLater(alert: string, { pages: [first, second], gone = false }: Seen): boolean | undefined {
  const promtool = onPath('promtool');
  if (promtool === undefined) return undefined;
  const input = second.series.flatMap((series) => {
    const before = first.series.find((it) => keyOf(it) === keyOf(series)) ?? series;
    const perMinute = ((series.value - before.value) / (second.readAtMs - first.readAtMs)) * 60_000;
    // The test begins at the time 0.
    const value = /_(at|until)_seconds$/.test(series.name) ? series.value - second.readAtMs / 1_000 : series.value;
    if (!Number.isFinite(value)) return [];
    const change = Number.isFinite(perMinute) ? perMinute : 0;
    return [{ series: keyOf(series), values: gone ? `${value}x${SCRAPED_MINUTES} stale` : linear(value, change) }];
  });
  const up = { series: `up{${WORKER}}`, values: gone ? `1x${SCRAPED_MINUTES} 0x${MINUTES}` : `1x${MINUTES}` };
  const directory = mkdtempSync(join(tmpdir(), 'chatlake-later-'));
  try {
    copyFileSync(join(MONITORING, 'alerts.yaml'), join(directory, 'alerts.yaml'));
    const look = {
      expr: `group(ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: `${MINUTES}m`,
      exp_samples: [{ labels: '{}', value: 1 }],
    };
    const test = { interval: '1m', input_series: [...input, up], promql_expr_test: [look] };
    const content = { rule_files: ['alerts.yaml'], evaluation_interval: '1m', tests: [test] };
    writeFileSync(join(directory, 'test.yaml'), stringify(content));
    const { status, stdout, stderr } = spawnSync(promtool, ['test', 'rules', 'test.yaml'], {
      cwd: directory,
      encoding: 'utf8',
    });
    if (status === 0) return true;
    if (/got:\s*"?nil/.test(stdout + stderr)) return false;
    throw new Error(`Expected promtool to test the rules, got ${stdout}${stderr}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const WORKER = 'job="chatlake",instance="worker:1"';

function keyOf({ name, labels }: Series): string {
  const own = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${[...own, WORKER].join(',')}}`;
}

const linear = (value: number, perMinute: number): string =>
  `${value}${perMinute < 0 ? '-' : '+'}${Math.abs(perMinute)}x${MINUTES}`;
