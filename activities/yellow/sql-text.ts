import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROW_COMMANDS } from '../kafka/row-commands.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'sql', name), 'utf8');

/**
 * Two macros made from the list of commands: `table_of(command)`, NULL for a command that makes no row, and `may_be_rare(line)`, true of each
 * line that goes to another table than chat, and of few others.
 */
function commandMacros(): string {
  const commands = Object.entries(ROW_COMMANDS);
  const cases = commands.map(([command, table]) => `WHEN '${command}' THEN '${table}'`);
  const rare = commands.filter(([, table]) => table !== 'chat').map(([command]) => `contains(line, '${command}')`);
  return `
    CREATE OR REPLACE MACRO table_of(command) AS CASE command ${cases.join(' ')} END;
    CREATE OR REPLACE MACRO may_be_rare(line) AS ${rare.join(' OR ')};`;
}

/** Cuts lines and records of red; see the head of the file. */
export const LINES_SQL = `${commandMacros()}\n${read('lines.sql')}`;
/** Makes the tables of yellow; see the head of the file. */
export const TABLES_SQL = read('tables.sql');
/** Names the text that an hour was made by: another text makes it anew. */
export const SQL_VERSION = createHash('sha256').update(LINES_SQL).update(TABLES_SQL).digest('hex').slice(0, 16);
