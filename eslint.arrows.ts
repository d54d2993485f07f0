import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Linter, Rule } from 'eslint';

/** A row of the table: the name of a folder, and what its files may import. */
const ROW = /^\| `([^`]+)\/` +\|[^|]*\|([^|]*)\|$/gm;

/** What the files of a folder may import: everything from some folders, only types from others. */
interface Arrows {
  all: RegExp[];
  types: RegExp[];
}

/** Reads the table "Where things go" of docs/ARCHITECTURE.md: the arrows of each folder. */
export function readArrows(page: string): Map<string, Arrows> {
  const table = page.slice(page.indexOf('## Where things go'));
  return new Map(
    [...table.matchAll(ROW)].map(([, folder = '', may = '']) => {
      const named = [...may.matchAll(/(types of )?`([^`]+)\/`/g)];
      const which = (prefix?: string) => named.filter((it) => it[1] === prefix).map(([, , name = '']) => pattern(name));
      return [folder, { all: which(), types: which('types of ') }];
    }),
  );
}

/** `name` is a folder, or `folder/*` for all folders in it. */
function pattern(name: string): RegExp {
  return new RegExp(`^${name.replace('*', '[^/]+')}$`);
}

/** Refuses imports that the table does not allow. A file belongs to the innermost folder in the table. */
const arrows: Rule.RuleModule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const table = readArrows(readFileSync(join(context.cwd, 'docs/ARCHITECTURE.md'), 'utf8'));
    const folders = [...table.keys()].sort((a, b) => b.length - a.length);
    const folderOf = (path: string) => folders.find((folder) => path.startsWith(`${folder}/`));
    const folder = folderOf(relative(context.cwd, context.filename));
    const may = folder === undefined ? undefined : table.get(folder);

    function check(node: Rule.Node, source: unknown, onlyTypes: boolean): void {
      if (may === undefined || typeof source !== 'string' || !source.startsWith('.')) return;
      const target = folderOf(relative(context.cwd, join(context.filename, '..', source)));
      if (target === undefined || target === folder || may.all.some((it) => it.test(target))) return;
      const types = may.types.some((it) => it.test(target));
      if (types && onlyTypes) return;
      const allowed = types ? 'types of' : 'nothing of';
      const message = `${folder}/ may import ${allowed} ${target}/. See the table in docs/ARCHITECTURE.md.`;
      context.report({ node, message });
    }

    return {
      'ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration, ImportExpression, TSImportType': (
        node: Rule.Node & {
          source?: { value: unknown } | null;
          importKind?: string;
          exportKind?: string;
          type: string;
        },
      ) => {
        const onlyTypes =
          (node.type as string) === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
        check(node, node.source?.value, onlyTypes);
      },
    };
  },
};

/** The lint rule that checks imports against the table. */
export const arrowRules: Linter.Config = {
  files: ['**/*.ts'],
  plugins: { chatlake: { rules: { arrows } } },
  rules: { 'chatlake/arrows': 'error' },
};
