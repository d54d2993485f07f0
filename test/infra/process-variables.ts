import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../workers/config.ts';
import { TEMPORAL_NAMES } from '../../workers/variable-names.ts';

/** In the order of the table in docs/deploying.md. */
export const PROCESSES = ['parameter-store', 'setup', 'orchestrator', 'collector', 'loader', 'refiner'] as const;
export type Process = (typeof PROCESSES)[number];

const ALL_NAMES: readonly string[] = [...VARIABLE_NAMES, ...TEMPORAL_NAMES];

/** The variables that each process reads, as the table in docs/deploying.md says. */
export function processVariables(): Map<Process, Set<string>> {
  const page = readFileSync(join(import.meta.dirname, '../../docs/deploying.md'), 'utf8');
  const found = new Map(PROCESSES.map((name) => [name, new Set<string>()]));
  for (const [, first = '', rest = ''] of page.matchAll(/^\| (`[A-Z][^|]*)\|((?:[ ●]+\|){6})$/gm)) {
    const marks = rest.split('|').map((it) => it.includes('●'));
    for (const variable of namedIn(first))
      PROCESSES.forEach((name, index) => (marks[index] ? found.get(name)?.add(variable) : undefined));
  }
  return found;
}

/** `A` or `…_FILE` are A and A_FILE; `A_…` is every variable that begins so. */
function namedIn(cell: string): string[] {
  let last = '';
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => {
    if (name.startsWith('…')) return [`${last}${name.slice(1)}`];
    last = name;
    return name.endsWith('…') ? ALL_NAMES.filter((it) => it.startsWith(name.slice(0, -1))) : [name];
  });
}
