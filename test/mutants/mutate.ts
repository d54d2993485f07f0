import ts from 'typescript';

/**
 * How to break a file. Places are found by the names of functions, methods and tables, so a mutant still works when the code around
 * them changes.
 */
export type Change =
  /** Runs `by` instead of the function, method or getter. `original` is the old function, `given` its arguments. */
  | { wrap: string; by: string }
  /** The same for a function that the file imports. Other files are not affected. */
  | { wrapImport: string; by: string }
  /** In a function, swaps the two statements that call these functions. */
  | { swap: [first: string, second: string]; in: string }
  /** Removes the SQL statement with this start. */
  | { dropStatement: string };

/** @throws Error if the place does not exist exactly once */
export function mutate(text: string, change: Change): string {
  if ('dropStatement' in change) return dropStatement(text, change.dropStatement);
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  if ('wrap' in change) return wrap(text, functionIn(file, change.wrap), change.by);
  if ('wrapImport' in change) return wrapImport(text, file, change.wrapImport, change.by);
  return swap(text, functionIn(file, change.in), change.swap);
}

type Named = ts.FunctionDeclaration | ts.MethodDeclaration | ts.GetAccessorDeclaration;

function only<T>(what: string, found: readonly T[]): T {
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`Expected ${what} once, found it ${found.length} times.`);
  return first;
}

function descendants(node: ts.Node): ts.Node[] {
  const all: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    all.push(child);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return all;
}

function functionIn(file: ts.SourceFile, name: string): Named & { body: ts.Block } {
  const isNamed = (node: ts.Node): node is Named & { body: ts.Block } =>
    (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isGetAccessor(node)) &&
    node.body !== undefined &&
    node.name?.getText() === name;
  return only(`a function ${name}`, descendants(file).filter(isNamed));
}

function wrap(text: string, { body, parameters, modifiers }: Named & { body: ts.Block }, by: string): string {
  const isAsync = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
  const list = parameters.map((parameter) => parameter.getText()).join(', ');
  const original = `${isAsync ? 'async ' : ''}(${list}) => ${body.getText()}`;
  const broken = `{ const given = [...arguments] as any[]; const original = ${original}; ${by} }`;
  return text.slice(0, body.getStart()) + broken + text.slice(body.getEnd());
}

function wrapImport(text: string, file: ts.SourceFile, name: string, by: string): string {
  const isNamed = (node: ts.Node): node is ts.ImportSpecifier => ts.isImportSpecifier(node) && node.name.text === name;
  const specifier = only(`an import of ${name}`, descendants(file).filter(isNamed));
  const renamed = `${text.slice(0, specifier.getStart())}${name} as original${text.slice(specifier.getEnd())}`;
  return `${renamed}\nasync function ${name}(...given: any[]): Promise<any> { ${by} }\n`;
}

function swap(text: string, { body }: { body: ts.Block }, calls: [string, string]): string {
  const calling = (name: string) => (statement: ts.Node) =>
    descendants(statement).some((node) => ts.isCallExpression(node) && node.expression.getText() === name);
  const [first, second] = calls.map((name) =>
    only(`a statement that calls ${name}`, body.statements.filter(calling(name))),
  );
  if (first === undefined || second === undefined || first.pos > second.pos)
    throw new Error(`Expected ${calls.join(' before ')}.`);
  const between = text.slice(first.getEnd(), second.getStart());
  return text.slice(0, first.getStart()) + second.getText() + between + first.getText() + text.slice(second.getEnd());
}

/** Our SQL statements start at the start of a line, and end with `;` at the end of one. */
function dropStatement(text: string, begin: string): string {
  const starts = [...text.matchAll(/^/gm)].map(({ index }) => index).filter((index) => text.startsWith(begin, index));
  const start = only(`a statement ${begin}`, starts);
  return text.slice(0, start) + text.slice(text.indexOf(';\n', start) + 2);
}
