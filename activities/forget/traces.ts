import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal, literals } from '../duckdb/literal.ts';
import type { People } from '../opt-out/redact-line.ts';
import type { TableOfPeople } from '../yellow/manifest.ts';
import { yellowColumns } from '../yellow/read-columns.ts';

/** The columns of yellow with ids, names and texts of people. Columns of the channel are left out: a channel stays named. */
const TEXTS = {
  chat: ['text', 'reply_to_user_login', 'reply_to_display_name', 'reply_to_text', 'thread_user_login', 'other_tags'],
  events: ['system_text', 'text', 'recipient_user_login', 'recipient_display_name', 'details', 'other_tags'],
  moderation: ['target_user_login', 'other_tags'],
  quarantine: ['line'],
} as const;
const IDS = {
  chat: ['user_id', 'reply_to_user_id'],
  events: ['user_id', 'recipient_user_id'],
  moderation: ['target_user_id'],
  quarantine: [],
} as const;

/** Counts rows of yellow that tell of people, independently of how lines are redacted. */
export type CountTraces = (table: TableOfPeople, file: string, people: People) => Promise<number>;

export function createTraceCounter(withDatabase: WithDatabase): CountTraces {
  return (table, file, people) =>
    withDatabase(async (connection) => {
      await createView(connection, table, file);
      const found = await connection.runAndReadAll(`SELECT count(*) FROM yellow WHERE ${condition(table, people)}`);
      return Number(found.getRows()[0]?.[0]);
    });
}

/** A file of any release, with all columns. */
async function createView(connection: DuckDBConnection, table: TableOfPeople, file: string): Promise<void> {
  await connection.run(`CREATE TEMP TABLE none (${await yellowColumns(connection, table)})`);
  await connection.run(
    `CREATE TEMP VIEW yellow AS FROM none UNION ALL BY NAME SELECT * FROM read_parquet(${literal(file)}, hive_partitioning = false)`,
  );
}

function condition(table: TableOfPeople, { ids, logins }: People): string {
  const theirs = IDS[table].map((column) => `${column} IN ${list([...ids])}`);
  if (logins.size === 0) return ['false', ...theirs].join(' OR ');
  // A login can pass to another user, so it names the author only where there is no id.
  const author =
    table === 'moderation' || table === 'quarantine'
      ? []
      : ["CASE WHEN user_id IS NULL THEN concat_ws(' ', user_login, display_name) END"];
  const texts = [...author, ...TEXTS[table].map((column) => `${column}::VARCHAR`)].join(', ');
  const word = `(?i)(^|[^0-9A-Za-z_])(${[...logins].join('|')})($|[^0-9A-Za-z_])`;
  return [...theirs, `regexp_matches(concat_ws(' ', ${texts}), ${literal(word)})`].join(' OR ');
}

const list = (texts: string[]): string => `(SELECT unnest(${literals(texts)}::VARCHAR[]))`;
