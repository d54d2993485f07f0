import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROW_COMMANDS } from '../kafka/row-commands.ts';
import { hasUsualTagsSql, taggedLinesSql } from './usual-tags.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'sql', name), 'utf8');

/** A macro from the list of commands: `table_of(command)`, NULL for a command without a table. */
function tableOfSql(): string {
  const cases = Object.entries(ROW_COMMANDS).map(([command, table]) => `WHEN '${command}' THEN '${table}'`);
  return `CREATE OR REPLACE MACRO table_of(command) AS CASE command ${cases.join(' ')} END;`;
}

/** Parses lines and records of red; see the heads of the files. */
export const LINES_SQL = [tableOfSql(), hasUsualTagsSql(), read('lines.sql'), taggedLinesSql(), read('times.sql')].join(
  '\n',
);
/** Creates the tables of yellow but tallies, and the view `chat_copies`; see the head of the file. */
export const TABLES_SQL = read('tables.sql');
/** Creates the table tallies. */
export const TALLIES_SQL = read('tallies.sql');
/** Identifies the SQL of an hour. An hour with another version is refined again. */
export const SQL_VERSION = createHash('sha256')
  .update([LINES_SQL, TABLES_SQL, TALLIES_SQL].join('\n'))
  .digest('hex')
  .slice(0, 16);
