import type { DuckDBConnection } from '@duckdb/node-api';
import type { WithDatabase } from '../duckdb/database.ts';
import { literal, literals } from '../duckdb/literal.ts';
import { MASK, maskWords, redactDetails } from '../opt-out/redact-line.ts';
import type { People } from '../opt-out/redact-line.ts';
import { createTextFunction } from '../opt-out/text-function.ts';
import { localYellowFile, writeYellowTable } from '../yellow/files.ts';
import type { Manifest, YellowTable } from '../yellow/manifest.ts';
import { yellowColumns } from '../yellow/read-columns.ts';

/** Rewrites the local files of an hour of yellow without people. @returns the versions of the tables that may have changed */
export type RedactYellow = (
  directory: string,
  tables: readonly YellowTable[],
  people: People,
) => Promise<Partial<Manifest['tables']>>;

/** The tables with people, and the counts of their messages. */
const REWRITTEN = ['chat', 'events', 'moderation', 'quarantine', 'tallies'] as const;

/** The same as `redactLine`, for columns: for hours whose red is gone. The messages of the people count as erased. */
export function createYellowRedaction(withDatabase: WithDatabase): RedactYellow {
  return (directory, tables, people) =>
    withDatabase(async (connection) => {
      createTextFunction(connection, 'masked', (text) => maskWords(text, people));
      createTextFunction(connection, 'masked_details', (json) => redactDetails(json, people));
      for (const table of REWRITTEN)
        await createView(connection, table, tables.includes(table) ? directory : undefined);
      await connection.run(macrosFor(people));
      const versions: Partial<Manifest['tables']> = {};
      for (const table of REWRITTEN) await connection.run(`CREATE TEMP TABLE ${table} AS ${SELECTS[table]}`);
      for (const table of REWRITTEN) versions[table] = await writeYellowTable(connection, table, directory);
      return versions;
    });
}

/** `old_<table>`: its rows, with the columns of this release. */
async function createView(
  connection: DuckDBConnection,
  table: YellowTable,
  directory: string | undefined,
): Promise<void> {
  await connection.run(`CREATE TEMP TABLE no_${table} (${await yellowColumns(connection, table)})`);
  const rows =
    directory === undefined
      ? ''
      : `UNION ALL BY NAME SELECT * FROM read_parquet(${literal(localYellowFile(directory, table))}, hive_partitioning = false)`;
  await connection.run(`CREATE TEMP TABLE old_${table} AS FROM no_${table} ${rows}`);
}

function macrosFor({ ids, logins }: People): string {
  const isIn = (values: ReadonlySet<string>, value: string): string =>
    `coalesce(list_contains(${literals([...values])}::VARCHAR[], ${value}), false)`;
  return `
    CREATE TEMP MACRO is_id(id) AS ${isIn(ids, 'id')};
    CREATE TEMP MACRO is_login(login) AS ${isIn(logins, 'lower(login)')};
    CREATE TEMP MACRO is_author(id, login) AS is_id(id) OR (id IS NULL AND is_login(login));
    CREATE TEMP MACRO hidden(is_theirs, value) AS CASE WHEN is_theirs AND value IS NOT NULL THEN ${literal(MASK)} ELSE value END;
    CREATE TEMP MACRO masked_tags(tags) AS CASE WHEN tags IS NOT NULL THEN
      map(map_keys(tags), list_transform(map_values(tags), lambda value: masked(value))) END;
    CREATE TEMP MACRO masked_emotes(emotes) AS list_transform(emotes, lambda it: struct_update(it, text := masked(it.text)));
    CREATE TEMP MACRO without_name(value, details) AS CASE
      WHEN is_id(details ->> '$."msg-param-recipient-id"') AND coalesce(details ->> '$."msg-param-recipient-display-name"', '') <> ''
      THEN replace(value, details ->> '$."msg-param-recipient-display-name"', ${literal(MASK)}) ELSE value END;`;
}

const SELECTS: Record<(typeof REWRITTEN)[number], string> = {
  chat: `SELECT * REPLACE (
      masked(CASE WHEN is_id(reply_to_user_id) AND coalesce(reply_to_display_name, '') <> ''
        THEN replace(text, '@' || reply_to_display_name, '@' || repeat('*', length(reply_to_display_name))) ELSE text END) AS text,
      masked_emotes(emote_list) AS emote_list, masked_tags(other_tags) AS other_tags,
      hidden(is_author(reply_to_user_id, reply_to_user_login), reply_to_user_id) AS reply_to_user_id,
      hidden(is_author(reply_to_user_id, reply_to_user_login), reply_to_user_login) AS reply_to_user_login,
      hidden(is_author(reply_to_user_id, reply_to_user_login), reply_to_display_name) AS reply_to_display_name,
      masked(hidden(is_author(reply_to_user_id, reply_to_user_login), reply_to_text)) AS reply_to_text,
      hidden(is_login(thread_user_login), thread_user_login) AS thread_user_login)
    FROM old_chat WHERE NOT is_author(user_id, user_login)`,
  events: `SELECT * REPLACE (
      masked(without_name(system_text, details)) AS system_text, masked(text) AS text, masked_details(details) AS details,
      hidden(is_author(recipient_user_id, recipient_user_login), recipient_user_id) AS recipient_user_id,
      hidden(is_author(recipient_user_id, recipient_user_login), recipient_user_login) AS recipient_user_login,
      hidden(is_author(recipient_user_id, recipient_user_login), recipient_display_name) AS recipient_display_name,
      masked_emotes(emote_list) AS emote_list, masked_tags(other_tags) AS other_tags)
    FROM old_events WHERE NOT is_author(user_id, user_login)`,
  moderation: `SELECT * REPLACE (
      hidden(is_author(target_user_id, target_user_login), target_user_id) AS target_user_id,
      hidden(is_author(target_user_id, target_user_login), target_user_login) AS target_user_login,
      masked_tags(other_tags) AS other_tags)
    FROM old_moderation`,
  quarantine: 'SELECT * REPLACE (masked(line) AS line) FROM old_quarantine',
  // Counted again, and not subtracted: an interrupted run may have published chat or tallies already.
  tallies: `
    WITH kept AS (
      SELECT coalesce(collector, '') AS collector, make_timestamptz(epoch_ms(received_at) // 10000 * 10000000) AS window_start, count(*) AS messages
      FROM old_chat WHERE NOT is_author(user_id, user_login) GROUP BY ALL)
    SELECT old_tallies.* REPLACE (
      coalesce(messages, 0) AS yellow_messages, coalesce(erased_messages, 0) + yellow_messages - coalesce(messages, 0) AS erased_messages)
    FROM old_tallies LEFT JOIN kept USING (collector, window_start)`,
};
