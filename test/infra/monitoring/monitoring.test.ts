import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAllMetrics } from '../../workers/all-metrics.ts';
import { pageName, recordingMeter } from '../../workers/recording-meter.ts';
import { MONITORING, dashboard, ruleTests, rules } from './files.ts';
import { usedMetrics } from './used-metrics.ts';

const OPERATING = readFileSync(join(MONITORING, '../../docs/operating.md'), 'utf8');

/** The names that a page has: a histogram has three for each. */
function servedNames(): Set<string> {
  const { meter, metrics } = recordingMeter();
  createAllMetrics(meter, Date.now());
  const names = [...metrics.values()].flatMap((metric) =>
    metric.kind === 'histogram'
      ? ['bucket', 'sum', 'count'].map((it) => `${pageName(metric)}_${it}`)
      : [pageName(metric)],
  );
  return new Set(names);
}

/** The text of each section of docs/operating.md, by its anchor. */
function sections(): Map<string, string> {
  const parts = OPERATING.split(/^#{2,3} /m).slice(1);
  return new Map(parts.map((part) => [anchorOf(part.split('\n')[0] ?? ''), part]));
}

/** As GitHub makes it. */
const anchorOf = (heading: string): string => heading.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'); // prettier-ignore

describe('infra/monitoring/', () => {
  it('asks for no metric of ours that no process serves', () => {
    const served = servedNames();
    const ours = usedMetrics().filter((name) => name.startsWith('chatlake_'));
    assert.deepEqual(ours.filter((name) => !served.has(name)), []); // prettier-ignore
  });

  it('has an alert or a panel for each metric of ours', () => {
    const used = usedMetrics();
    const { meter, metrics } = recordingMeter();
    createAllMetrics(meter, Date.now());
    const unused = [...metrics.values()].map(pageName).filter((name) => !used.some((it) => it.startsWith(name)));
    assert.deepEqual(unused, []);
  });

  it('has a section of docs/operating.md for each alert, which names the alert, what to see and what to do', () => {
    const found = sections();
    for (const { alert, annotations } of rules()) {
      const [page, anchor = ''] = (annotations['runbook'] ?? '').split('#');
      assert.equal(page, 'docs/operating.md', alert);
      const section = found.get(anchor) ?? assert.fail(`Expected a section #${anchor} for ${alert}.`);
      assert.match(section, new RegExp(`^- You see: [^]*\`${alert}\`[^]*^- You do: `, 'm'), `${alert} in #${anchor}`);
    }
  });

  it('has no alert in docs/operating.md that is no rule', () => {
    const known = rules().map(({ alert }) => alert);
    const named = [...new Set(OPERATING.match(/\bChatlake[A-Z]\w+/g))];
    assert.deepEqual(named.sort(), known.sort());
  });

  it('says of each alert how urgent it is, what happened and what to do', () => {
    for (const { alert, labels, annotations } of rules()) {
      assert.match(labels['severity'] ?? '', /^(critical|warning)$/, alert);
      assert.deepEqual(Object.keys(annotations), ['summary', 'description', 'runbook'], alert);
      assert.doesNotMatch(annotations['summary'] ?? '', /\.$/, alert);
      assert.match(annotations['description'] ?? '', /^[A-Z][^]*\.$/, alert);
    }
  });

  it('has a test in which each alert fires after it was silent, and one in which none fires', () => {
    const [healthy, ...faults] = ruleTests();
    assert.equal(healthy?.name, 'healthy');
    assert.ok(healthy.promql_expr_test.every(({ exp_samples: samples }) => samples.length === 0));
    for (const { name, promql_expr_test: looks } of faults) {
      const expected = `ALERTS{alertname="${name}",alertstate="firing"}`;
      assert.ok(looks.every(({ expr }) => expr === expected), name); // prettier-ignore
      assert.deepEqual(looks.map(({ exp_samples: samples }) => samples.length), [0, 1], name); // prettier-ignore
    }
    const tested = new Set(faults.map(({ name }) => name));
    assert.deepEqual([...tested].sort(), rules().map(({ alert }) => alert).sort()); // prettier-ignore
  });

  it('has a healthy series of each metric that an alert asks for, if it exists before a failure', () => {
    const [healthy] = ruleTests();
    const given = new Set(healthy?.input_series.map(({ series }) => series.split('{')[0]));
    const asked = rules().flatMap(({ expr }) => expr.match(/\b(?:chatlake|temporal)_\w+|\bup\b/g) ?? []);
    const missing = [...new Set(asked)].filter((name) => !given.has(name));
    assert.deepEqual(missing, ['temporal_workflow_task_execution_failed_total']);
  });

  it('has panels with ids of their own that ask the data source of the variable', () => {
    const { panels, templating } = dashboard();
    const ids = panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const variable = templating.list.find(({ type }) => type === 'datasource');
    assert.deepEqual([variable?.name, variable?.query], ['datasource', 'prometheus']);
    for (const { type, title, datasource, targets = [] } of panels) {
      if (type === 'row') continue;
      for (const source of [datasource, ...targets.map((target) => target.datasource)])
        assert.deepEqual(source, { type: 'prometheus', uid: '${datasource}' }, title);
      assert.ok(targets.length > 0, title);
    }
  });
});
