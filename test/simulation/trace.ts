import { createHash } from 'node:crypto';

/** One event: step, process, action, place, and the outcome if it was unusual. */
interface Entry {
  step: number;
  who: string;
  what: string;
  where: string;
  how: string;
}

const RANDOM_NAMES = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-z]{9}-[0-9a-f]{16}/g;

/** All events of a schedule. Random names are replaced by `#1`, `#2` …, in the order of their appearance. */
export class Trace {
  readonly #entries: Entry[] = [];

  add(step: number, who: string, what: string, where = '', how = ''): void {
    this.#entries.push({ step, who, what, where, how });
  }

  lines(): string[] {
    const numbers = new Map<string, string>();
    const numberOf = (name: string): string => {
      const known = numbers.get(name) ?? `#${numbers.size + 1}`;
      numbers.set(name, known);
      return known;
    };
    return this.#entries.map(({ step, who, what, where, how }) => {
      const line = `${step} ${who}: ${what}${where === '' ? '' : ` ${where}`}${how === '' ? '' : ` → ${how}`}`;
      return line.replaceAll(RANDOM_NAMES, numberOf);
    });
  }

  /** Equal for equal traces. */
  digest(): string {
    return createHash('sha256').update(this.lines().join('\n')).digest('hex');
  }
}
