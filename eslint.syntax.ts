import type { Linter } from 'eslint';

/** A URL of one of our files must be used immediately. If it is stored, somebody will use its path. */
const KEPT_BY = ['VariableDeclarator', 'ArrowFunctionExpression', 'ReturnStatement', 'PropertyDefinition'];

/** The path of a URL escapes spaces and Hangul, so files of a checkout in such a folder would not be found. */
const PATHS = {
  message: 'Make a path with join(import.meta.dirname, …), or call fileURLToPath immediately.',
  selectors: [
    'MemberExpression[property.name="pathname"]:has(MetaProperty)',
    ...KEPT_BY.map((keeper) => `${keeper} > NewExpression[callee.name="URL"]:has(MetaProperty)`),
  ],
};

/** An empty list or set will be filled: it is state, and no constant. */
const PLAIN_VALUES = [
  '[init.type=/^(Literal|TemplateLiteral|BinaryExpression|UnaryExpression)$/]',
  '[init.type="ArrayExpression"][init.elements.length>0]',
  '[init.type="TSAsExpression"][init.expression.type=/^(Literal|ArrayExpression)$/]',
  '[init.type="NewExpression"][init.callee.name=/^(Set|RegExp)$/][init.arguments.length>0]',
];

const CONSTANTS = {
  message: 'Write module constants with plain values in UPPER_CASE.',
  selectors: PLAIN_VALUES.flatMap((value) =>
    ['Program', 'Program > ExportNamedDeclaration'].map(
      (place) => `${place} > VariableDeclaration[kind="const"] > VariableDeclarator[id.name=/[a-z]/]${value}`,
    ),
  ),
};

const TYPE_IMPORTS = {
  message: 'Import types with `import type { … }` on a separate line.',
  selectors: ['ImportSpecifier[importKind="type"]', 'ExportSpecifier[exportKind="type"]'],
};

/** Style rules where TypeScript allows several ways. */
export const syntaxRules: Linter.Config = {
  files: ['**/*.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[PATHS, CONSTANTS, TYPE_IMPORTS].flatMap(({ message, selectors }) =>
        selectors.map((selector) => ({ selector, message })),
      ),
    ],
  },
};
