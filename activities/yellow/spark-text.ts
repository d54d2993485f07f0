import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROW_COMMANDS } from '../kafka/row-commands.ts';
import { expandMacros } from './spark-macros.ts';

const COMMANDS = Object.entries(ROW_COMMANDS);

/** As in sql-text.ts, in Spark's dialect. */
function commandMacros(): string {
  const cases = COMMANDS.map(([command, table]) => `WHEN '${command}' THEN '${table}'`);
  const rare = COMMANDS.filter(([, table]) => table !== 'chat').map(([command]) => `contains(line, '${command}')`);
  return `
    CREATE OR REPLACE MACRO table_of(command) AS CASE command ${cases.join(' ')} END;
    CREATE OR REPLACE MACRO may_be_rare(line) AS ${rare.join(' OR ')};\n`;
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
export const SPARK_STATEMENTS = expandMacros([...statementsOf(commandMacros()), ...texts.flat()]);
