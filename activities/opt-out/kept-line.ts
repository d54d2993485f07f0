import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../duckdb/literal.ts';
import { redactLine } from './redact-line.ts';
import type { People } from './redact-line.ts';
import { createTextFunction } from './text-function.ts';

/**
 * RE2 matches alternatives by one pass of an automaton, which needs memory for each letter. Beyond about 10,000 letters it falls back to a
 * method that is hundreds of times slower (google/re2#184), so long lists are several patterns.
 */
const WORDS_PER_PATTERN = 400;

/**
 * Creates the macro `kept_line(line)` in the database: {@link redactLine} for these people. Only lines that contain an id or a login are
 * passed to JavaScript. Without people it is the line itself.
 */
export async function createKeptLine(connection: DuckDBConnection, people: People): Promise<void> {
  const words = [...people.ids, ...people.logins];
  if (words.length === 0) {
    await connection.run('CREATE OR REPLACE TEMP MACRO kept_line(line) AS line');
    return;
  }
  createTextFunction(connection, 'redact_line', (line) => redactLine(line, people));
  const patterns = Array.from({ length: Math.ceil(words.length / WORDS_PER_PATTERN) }, (_, index) => {
    const some = words.slice(index * WORDS_PER_PATTERN, (index + 1) * WORDS_PER_PATTERN);
    return `regexp_matches(line, ${literal(`(?i)(?:${some.join('|')})`)})`;
  });
  await connection.run(
    `CREATE OR REPLACE TEMP MACRO kept_line(line) AS CASE WHEN ${patterns.join(' OR ')} THEN redact_line(line) ELSE line END`,
  );
}
