import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const MONITORING = join(import.meta.dirname, '../../../infra/monitoring');

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

interface RuleTest {
  name: string;
  input_series: { series: string; values: string }[];
  promql_expr_test: { expr: string; exp_samples: unknown[] }[];
}

interface Datasource {
  type: string;
  uid: string;
}

interface Dashboard {
  panels: {
    id: number;
    type: string;
    title: string;
    datasource?: Datasource;
    targets?: { datasource: Datasource; expr: string }[];
  }[];
  templating: { list: { name: string; type: string; query: unknown }[] };
}

const read = (name: string): string => readFileSync(join(MONITORING, name), 'utf8');

/** All rules of alerts.yaml. */
export const rules = (): Rule[] =>
  (parse(read('alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules: all }) => all);

export const ruleTests = (): RuleTest[] => (parse(read('alerts.test.yaml')) as { tests: RuleTest[] }).tests;

export const dashboard = (): Dashboard => JSON.parse(read('dashboard.json')) as Dashboard;
