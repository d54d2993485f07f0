import { readFileSync } from 'node:fs';

export const page = readFileSync(new URL('../../../docs/tables.md', import.meta.url), 'utf8');

/** DuckDB's type names for those of the page. */
const TYPES: [RegExp, string][] = [
  [/^list of text$/, 'VARCHAR[]'],
  [/^map of text to text$/, 'MAP(VARCHAR, VARCHAR)'],
  [/^list of \((.*)\)$/, 'STRUCT($1)[]'],
  [/\btext(?=[,)]|$)/g, 'VARCHAR'],
  [/\bbigint\b/g, 'BIGINT'],
  [/^integer$/, 'INTEGER'],
  [/^boolean$/, 'BOOLEAN'],
  [/^time$/, 'TIMESTAMP WITH TIME ZONE'],
];

/** The columns and types under a heading of the page. */
export function columnsOnPage(table: string): string[] {
  const section = page.split(`\n### ${table}\n`)[1]?.split('\n#')[0] ?? '';
  return Array.from(section.matchAll(/^\| `(\w+)` *\| ([^|]*?) *\|/gm), ([, name, type = '']) => {
    const inDuckDb = TYPES.reduce((text, [words, type]) => text.replace(words, type), type);
    return `${name} ${inDuckDb}`;
  });
}
