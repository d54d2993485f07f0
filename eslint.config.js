import tseslint from 'typescript-eslint';
import { arrowRules } from './eslint.arrows.ts';
import { syntaxRules } from './eslint.syntax.ts';

/** Workflows run in a sandbox without Node and clients. {@link arrowRules} has the other import rules. */
const workflowsStayPure = {
  files: ['workflows/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: ['node:*', 'kafkajs', 'got', 'webhdfs', 'pino', '@temporalio/client', '@temporalio/worker'],
            message: 'Workflows are deterministic: put effects into activities.',
          },
        ],
      },
    ],
  },
};

export default tseslint.config(
  { ignores: ['node_modules/', 'build/', 'data/', 'site/', 'viz/browser/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Clients and activities are object literals whose functions do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    // guarded-process.ts, program-output.ts and podman.ts pass the environment on to their programs.
    ignores: [
      'workers/config.ts',
      'common/guarded-process.ts',
      'common/program-output.ts',
      'infra/docker/podman.ts',
      'test/**',
      'infra/local/**',
      'cli/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only workers/config.ts reads the environment.' },
      ],
    },
  },
  workflowsStayPure,
  arrowRules,
  syntaxRules,
  { files: ['eslint.config.js'], ...tseslint.configs.disableTypeChecked },
);
