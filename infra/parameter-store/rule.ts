import { StoreFault } from './fault.ts';

/** What a path may hold. The store itself knows no path; who starts it tells the rules. */
export interface ParameterRule {
  /** What is wrong with a value, each in words; empty where nothing is. */
  faults(value: unknown): string[];
  /** For /docs, in Markdown. */
  description: string;
  /** For /docs: the value as JSON Schema. */
  schema: Record<string, unknown>;
}

/** By path, such as `config/stream-poll`. What has no rule may be any JSON. */
export type ParameterRules = ReadonlyMap<string, ParameterRule>;

/** More would only hide the first. */
const MOST_FAULTS = 5;

/** @throws StoreFault 400 `invalid` for a value that its path may not hold */
export function checkNewValue(rules: ParameterRules, path: string, text: string): void {
  const faults = faultsOf(rules, path, text);
  if (faults === undefined) return;
  throw new StoreFault(
    400,
    'invalid',
    `Expected a value that ${path} may hold, found that ${faults}. Nothing was changed. /docs describes it.`,
  );
}

/** @throws StoreFault 500 `damaged` for a value that somebody wrote into the file by hand */
export function checkStoredValue(rules: ParameterRules, path: string, text: string, file: string): void {
  const faults = faultsOf(rules, path, text);
  if (faults === undefined) return;
  throw new StoreFault(
    500,
    'damaged',
    `Expected ${file} to hold a value that ${path} may hold, found that ${faults}. Correct the file, or PUT a new value; /docs describes it.`,
  );
}

function faultsOf(rules: ParameterRules, path: string, text: string): string | undefined {
  const faults = rules.get(path)?.faults(JSON.parse(text)) ?? [];
  if (faults.length === 0) return undefined;
  const more = faults.length > MOST_FAULTS ? `; and ${faults.length - MOST_FAULTS} more` : '';
  return `${faults.slice(0, MOST_FAULTS).join('; ')}${more}`;
}
