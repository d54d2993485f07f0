import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS_WITHOUT_ROWS, ROW_COMMANDS } from '../kafka/row-commands.ts';
import { expandMacros } from './spark-macros.ts';

/** As in sql-text.ts, in Spark's dialect. */
function tableOfSql(): string {
  const rows = Object.entries(ROW_COMMANDS).map(([command, table]) => `WHEN command = '${command}' THEN '${table}'`);
  const others = COMMANDS_WITHOUT_ROWS.map((command) => `'${command}'`).join(', ');
  return `CREATE OR REPLACE MACRO table_of(command) AS CASE ${rows.join(' ')}
    WHEN command IN (${others}) OR command RLIKE r'\\A[0-9]{3}\\z' THEN NULL ELSE 'quarantine' END;\n`;
}

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'sql', 'spark', name), 'utf8');

/** The statements of a text; Spark runs one at a time. A statement ends with a semicolon at the end of a line. */
const statementsOf = (text: string): string[] =>
  text
    .replaceAll(/^ *--.*$/gm, '')
    .split(/;$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

const texts = ['lines.sql', 'times.sql', 'tables.sql', 'tallies.sql'].map((name) => statementsOf(read(name)));
/** Parse lines and records of red, and define all tables of yellow; see the heads of the files. */
export const SPARK_STATEMENTS = expandMacros([...statementsOf(tableOfSql()), ...texts.flat()]);
