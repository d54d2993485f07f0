import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`./sql/${name}`, import.meta.url), 'utf8');

/** Cuts lines and records of red; see the head of the file. */
export const LINES_SQL = read('lines.sql');
/** Makes the tables of yellow; see the head of the file. */
export const TABLES_SQL = read('tables.sql');
/** Names the text that an hour was made by: another text makes it anew. */
export const SQL_VERSION = createHash('sha256').update(LINES_SQL).update(TABLES_SQL).digest('hex').slice(0, 16);
