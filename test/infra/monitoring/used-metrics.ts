import { dashboard, rules } from './files.ts';

/** The names of all metrics, ours and Temporal's, that rules and the dashboard ask for. */
export function usedMetrics(): string[] {
  const queries = [
    ...rules().map(({ expr }) => expr),
    ...dashboard().panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ];
  return [...new Set(queries.flatMap((query) => query.match(/\b(?:chatlake|temporal)_\w+/g) ?? []))].sort();
}
