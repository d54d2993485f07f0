import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { onPath } from '../../../infra/local/programs.ts';
import { MONITORING, dashboard, ruleTests, rules } from './files.ts';

const promtool = onPath('promtool');

describe('the rules of infra/monitoring/, by Prometheus itself', function () {
  this.timeout(120_000);
  if (promtool === undefined) {
    it('are not tested here: promtool is not installed (Debian has it in the package prometheus)');
    return;
  }
  let directory: string;

  before(() => (directory = mkdtempSync(join(tmpdir(), 'chatlake-promtool-'))));
  after(() => rmSync(directory, { recursive: true }));

  const run = (...options: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool, options, { cwd: directory, encoding: 'utf8' });
    return { status, text: stdout + stderr };
  };
  const write = (name: string, content: object): void => writeFileSync(join(directory, name), stringify(content));
  const assertFine = ({ status, text }: ReturnType<typeof run>): void => assert.equal(status, 0, text);

  it('are valid, and so is the example of a configuration', () => {
    assertFine(run('check', 'rules', '--lint-fatal', join(MONITORING, 'alerts.yaml')));
    assertFine(run('check', 'config', join(MONITORING, 'prometheus.yaml')));
  });

  it('fire on their faults, and are silent in a healthy installation', () => {
    assertFine(run('test', 'rules', join(MONITORING, 'alerts.test.yaml')));
  });

  for (const [how, expr] of [
    ['never', 'vector(0) > 1'],
    ['always', 'vector(1)'],
  ] as const) {
    it(`fail their tests if they fire ${how}`, () => {
      for (const rule of rules()) {
        write('alerts.yaml', { groups: [{ name: 'one', rules: [{ ...rule, expr }] }] });
        const tests = ruleTests().filter(({ name }) => name === rule.alert);
        write('alerts.test.yaml', { rule_files: ['alerts.yaml'], evaluation_interval: '1m', tests });
        const { status, text } = run('test', 'rules', 'alerts.test.yaml');
        assert.equal(status, 1, `${rule.alert}: ${text}`);
        assert.match(text, /FAILED:/);
      }
    });
  }

  it('are in the same language as the queries of the dashboard', () => {
    const queries = dashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const asRules = queries.map((expr, index) => ({
      record: `panel:query:${index}`,
      expr: expr.replaceAll('$job', 'x'),
    }));
    write('panels.yaml', { groups: [{ name: 'panels', rules: asRules }] });
    assertFine(run('check', 'rules', 'panels.yaml'));
  });
});
