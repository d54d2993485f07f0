/** `CREATE OR REPLACE MACRO name(parameters) AS body`, as DuckDB has it. */
const DEFINITION = /^CREATE OR REPLACE MACRO (\w+)\(([^)]*)\) AS\s+(.*)$/s;
const TOKENS = /r'[^']*'|'(?:[^'\\]|\\.|'')*'|\w+|\s+|[^\w\s']/gs;

interface Macro {
  parameters: string[];
  body: string[];
}

const tokensOf = (text: string): string[] => text.match(TOKENS) ?? [];

/**
 * Replaces calls of macros by their bodies, and removes the definitions. Spark's own SQL functions cannot be called inside a lambda, and its
 * optimizer fails on a view with many of them.
 */
export function expandMacros(statements: readonly string[]): string[] {
  const macros = new Map<string, Macro>();
  return statements.flatMap((statement) => {
    const [, name, parameters = '', body = ''] = DEFINITION.exec(statement) ?? [];
    if (name === undefined) return [expand(tokensOf(statement), macros).join('')];
    macros.set(name, { parameters: parameters.split(',').map((it) => it.trim()), body: tokensOf(body) });
    return [];
  });
}

function expand(tokens: readonly string[], macros: ReadonlyMap<string, Macro>): string[] {
  const expanded: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    const macro = tokens[at + 1] === '(' ? macros.get(token) : undefined;
    if (macro === undefined) {
      expanded.push(token);
      continue;
    }
    const { found, end } = argumentsFrom(tokens, at + 2);
    expanded.push('(', ...expand(substitute(macro, found), macros), ')');
    at = end;
  }
  return expanded;
}

/** The arguments of a call, and the place of its closing parenthesis. */
function argumentsFrom(tokens: readonly string[], from: number): { found: string[][]; end: number } {
  const found: string[][] = [[]];
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === ')' && depth === 0) return { found, end: at };
    if (token === '(') depth++;
    if (token === ')') depth--;
    if (token === ',' && depth === 0) found.push([]);
    else found.at(-1)?.push(token);
  }
  throw new Error(`Expected a closing parenthesis after ${tokens.slice(from, from + 20).join('')}, found the end.`);
}

/** A name after a dot is a field and no parameter. */
function substitute({ parameters, body }: Macro, found: readonly string[][]): string[] {
  return body.flatMap((token, at) => {
    const argument = body[at - 1] === '.' ? undefined : found[parameters.indexOf(token)];
    if (argument === undefined) return [token];
    const trimmed = tokensOf(argument.join('').trim());
    return trimmed.length === 1 ? trimmed : ['(', ...trimmed, ')'];
  });
}
