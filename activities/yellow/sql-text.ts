import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROW_COMMANDS } from '../kafka/row-commands.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'sql', name), 'utf8');

/**
 * Two macros from the list of commands: `table_of(command)`, NULL for a command without a table, and `may_be_rare(line)`, true for all lines of
 * tables other than chat, and for few others.
 */
function commandMacros(): string {
  const commands = Object.entries(ROW_COMMANDS);
  const cases = commands.map(([command, table]) => `WHEN '${command}' THEN '${table}'`);
  const rare = commands.filter(([, table]) => table !== 'chat').map(([command]) => `contains(line, '${command}')`);
  return `
    CREATE OR REPLACE MACRO table_of(command) AS CASE command ${cases.join(' ')} END;
    CREATE OR REPLACE MACRO may_be_rare(line) AS ${rare.join(' OR ')};`;
}

/** Parses lines and records of red; see the head of the file. */
export const LINES_SQL = `${commandMacros()}\n${read('lines.sql')}`;
/** Creates the tables of yellow; see the head of the file. */
export const TABLES_SQL = read('tables.sql');
/** Identifies the SQL of an hour. An hour with another version is refined again. */
export const SQL_VERSION = createHash('sha256').update(LINES_SQL).update(TABLES_SQL).digest('hex').slice(0, 16);
