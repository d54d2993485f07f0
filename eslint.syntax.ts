import type { Linter } from 'eslint';

/** A URL of one of our files may only be passed on at once. If it is kept, somebody will use its path. */
const KEPT_BY = ['VariableDeclarator', 'ArrowFunctionExpression', 'ReturnStatement', 'PropertyDefinition'];

/** The path of a URL escapes spaces and Hangul, so a checkout below such a folder would not find its files. */
const PATHS = {
  message: 'Make a path with join(import.meta.dirname, …), or with fileURLToPath at once.',
  selectors: [
    'MemberExpression[property.name="pathname"]:has(MetaProperty)',
    ...KEPT_BY.map((keeper) => `${keeper} > NewExpression[callee.name="URL"]:has(MetaProperty)`),
  ],
};

const PLAIN_VALUES = [
  '[init.type=/^(Literal|TemplateLiteral|ArrayExpression|BinaryExpression|UnaryExpression)$/]',
  '[init.type="TSAsExpression"][init.expression.type=/^(Literal|ArrayExpression)$/]',
  '[init.type="NewExpression"][init.callee.name=/^(Set|RegExp)$/]',
];

const CONSTANTS = {
  message: 'A constant of the module that is a plain value is UPPER_CASE.',
  selectors: PLAIN_VALUES.map(
    (value) =>
      `Program > :matches(VariableDeclaration, ExportNamedDeclaration > VariableDeclaration)[kind="const"] > VariableDeclarator[id.name=/[a-z]/]${value}`,
  ),
};

const TYPE_IMPORTS = {
  message: 'Types come by `import type { … }` on a line of their own.',
  selectors: ['ImportSpecifier[importKind="type"]', 'ExportSpecifier[exportKind="type"]'],
};

/** How this code is written where TypeScript allows several ways. */
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
