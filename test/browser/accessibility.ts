import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { target: string[]; failureSummary: string }[];
}

/** What axe-core finds on a page as it is now, of serious or critical impact: the rule, and the first elements that break it. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source}; undefined`);
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => {
      const first = nodes
        .slice(0, 3)
        .map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary.replaceAll(/\s+/g, ' ')})`);
      return `${id}: ${help}: ${nodes.length} × ${first.join(', ')}`;
    });
}
