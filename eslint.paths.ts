import type { Linter } from 'eslint';

/** A URL of a file of ours may only be handed on at once: kept for later, its path would be taken. */
const KEPT_BY = ['VariableDeclarator', 'ArrowFunctionExpression', 'ReturnStatement', 'PropertyDefinition'];

/**
 * The lint rules that keep URLs from being used as paths. In the path of a URL a space and a Hangul letter are escaped: a checkout below such
 * a folder finds none of its files.
 */
export const pathRules: Linter.Config = {
  files: ['**/*.ts'],
  rules: {
    'no-restricted-syntax': [
      'error',
      ...[
        'MemberExpression[property.name="pathname"]:has(MetaProperty)',
        ...KEPT_BY.map((keeper) => `${keeper} > NewExpression[callee.name="URL"]:has(MetaProperty)`),
      ].map((selector) => ({
        selector,
        message: 'Make a path with join(import.meta.dirname, …), or with fileURLToPath at once.',
      })),
    ],
  },
};
