import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { literal } from '../duckdb/literal.ts';
import { COMMANDS_WITHOUT_ROWS, ROW_COMMANDS } from '../kafka/row-commands.ts';
import { SPARK_STATEMENTS } from './spark-text.ts';
import { hasUsualTagsSql, taggedLinesSql } from './usual-tags.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'sql', name), 'utf8');

/** A macro from the lists of commands: `table_of(command)`. It is NULL for a command of Twitch without a table, and `quarantine` for any other. */
function tableOfSql(): string {
  const rows = Object.entries(ROW_COMMANDS).map(([command, table]) => `WHEN command = '${command}' THEN '${table}'`);
  return `CREATE OR REPLACE MACRO table_of(command) AS CASE ${rows.join(' ')}
    WHEN command IN ${list(COMMANDS_WITHOUT_ROWS)} OR regexp_full_match(command, '[0-9]{3}') THEN NULL ELSE 'quarantine' END;`;
}

const list = (texts: readonly string[]): string => `(${texts.map(literal).join(', ')})`;

/** Parses lines and records of red; see the heads of the files. */
export const LINES_SQL = [tableOfSql(), hasUsualTagsSql(), read('lines.sql'), taggedLinesSql(), read('times.sql')].join(
  '\n',
);
/** Parses the lines of one hour; see the head of the file. */
export const CHAT_SQL = read('chat.sql');
/** Creates the tables of yellow but chat and tallies. */
export const TABLES_SQL = read('tables.sql');
/** Creates the table tallies. */
export const TALLIES_SQL = read('tallies.sql');
/** Identifies the SQL of an hour, in both dialects: whichever engine made it. An hour with another version is refined again. */
export const SQL_VERSION = createHash('sha256')
  .update([LINES_SQL, CHAT_SQL, TABLES_SQL, TALLIES_SQL, ...SPARK_STATEMENTS].join('\n'))
  .digest('hex')
  .slice(0, 16);
