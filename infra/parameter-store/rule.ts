import { StoreFault } from './fault.ts';

/** The rule for the value of a path. The store has no rules of its own. */
export interface ParameterRule {
  /** A text for each fault of a value; empty if it is valid. */
  faults(value: unknown): string[];
  /** Whether stored values count as valid: then readers take the parts that they can read. */
  isForNewValuesOnly?: boolean;
  /** For /docs, in Markdown. */
  description: string;
  /** For /docs: the value as JSON Schema. */
  schema: Record<string, unknown>;
}

/** By path, such as `config/stream-poll`. A path without a rule accepts any JSON. */
export type ParameterRules = ReadonlyMap<string, ParameterRule>;

/** More would hide the first. */
const MOST_FAULTS = 5;

/** @throws StoreFault 400 `invalid` */
export function checkNewValue(rules: ParameterRules, path: string, text: string): void {
  const faults = faultsOf(rules, path, text);
  if (faults === undefined) return;
  throw new StoreFault(
    400,
    'invalid',
    `Expected a valid value for ${path}, but ${faults}. Nothing was changed. See /docs.`,
  );
}

/** Checks a value that may have been edited by hand. @throws StoreFault 500 `damaged` */
export function checkStoredValue(rules: ParameterRules, path: string, text: string, file: string): void {
  if (rules.get(path)?.isForNewValuesOnly === true) return;
  const faults = faultsOf(rules, path, text);
  if (faults === undefined) return;
  throw new StoreFault(
    500,
    'damaged',
    `Expected ${file} to contain a valid value for ${path}, but ${faults}. Correct the file, or PUT a new value. See /docs.`,
  );
}

function faultsOf(rules: ParameterRules, path: string, text: string): string | undefined {
  const faults = rules.get(path)?.faults(JSON.parse(text)) ?? [];
  if (faults.length === 0) return undefined;
  const more = faults.length > MOST_FAULTS ? `; and ${faults.length - MOST_FAULTS} more` : '';
  return `${faults.slice(0, MOST_FAULTS).join('; ')}${more}`;
}
