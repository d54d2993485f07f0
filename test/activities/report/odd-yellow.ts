import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../../../activities/duckdb/literal.ts';

/** A row of yellow, as SQL expressions. */
export type Row = Record<string, string>;

/** The columns of yellow that reports read. */
export const TABLES = {
  chat: {
    message_id: 'VARCHAR',
    channel_id: 'VARCHAR',
    channel_login: 'VARCHAR',
    user_id: 'VARCHAR',
    received_at: 'TIMESTAMPTZ',
    sent_at: 'TIMESTAMPTZ',
    appended_at: 'TIMESTAMPTZ',
  },
  moderation: {
    kind: 'VARCHAR',
    channel_id: 'VARCHAR',
    target_user_id: 'VARCHAR',
    target_message_id: 'VARCHAR',
    sent_at: 'TIMESTAMPTZ',
    received_at: 'TIMESTAMPTZ',
  },
  streams: {
    polled_at: 'TIMESTAMPTZ',
    channel_id: 'VARCHAR',
    channel_login: 'VARCHAR',
    channel_name: 'VARCHAR',
    game_name: 'VARCHAR',
    title: 'VARCHAR',
    viewer_count: 'BIGINT',
  },
  coverage: {
    kind: 'VARCHAR',
    collector: 'VARCHAR',
    happened_at: 'TIMESTAMPTZ',
    channel_login: 'VARCHAR',
    reason: 'VARCHAR',
    received: 'BIGINT',
    acknowledged: 'BIGINT',
  },
  tallies: {
    collector: 'VARCHAR',
    window_start: 'TIMESTAMPTZ',
    red_messages: 'BIGINT',
    yellow_messages: 'BIGINT',
    erased_messages: 'BIGINT',
  },
} as const;

const NOON = "TIMESTAMPTZ '2026-11-25 12:00:00+00'";

export const SANE: Record<keyof typeof TABLES, Row> = {
  chat: {
    message_id: "'a'",
    channel_id: "'7'",
    channel_login: "'haneul'",
    user_id: "'9'",
    received_at: NOON,
    sent_at: NOON,
    appended_at: NOON,
  },
  moderation: {
    kind: "'user banned'",
    channel_id: "'9'",
    target_user_id: "'9'",
    target_message_id: "'b'",
    sent_at: NOON,
    received_at: NOON,
  },
  streams: {
    polled_at: NOON,
    channel_id: "'7'",
    channel_login: "'haneul'",
    channel_name: "'하늘'",
    game_name: "'Chess'",
    title: "'hello'",
    viewer_count: '100',
  },
  coverage: {
    kind: "'join'",
    collector: "'c1'",
    happened_at: NOON,
    channel_login: "'haneul'",
    reason: 'NULL',
    received: 'NULL',
    acknowledged: 'NULL',
  },
  tallies: { collector: "'c1'", window_start: NOON, red_messages: '1', yellow_messages: '1', erased_messages: '0' },
};

export const COUNT_VALUES = { beyond: '9223372036854775807' };

export const ODD_TEXTS = [
  'NULL',
  "''",
  ...[
    ' ',
    '\u3000',
    '\u200b\u200d',
    '가'.repeat(4_000),
    'x'.repeat(4_000),
    '\u202egnp.exe\u2066',
    '👩🏽‍🚀🇰🇷',
    '\ufffd',
    '</script><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '__proto__',
    'constructor',
    'toString',
    'none',
    '1e9',
    '%{y}',
    '\t\n',
  ].map(literal),
];
export const ODD_NUMBERS = ['NULL', '0', '-1', '3000000000', COUNT_VALUES.beyond, '-9223372036854775808'];
export const ODD_TIMES = [
  'NULL',
  ...['infinity', '-infinity', '0001-01-01 00:00:00+00', '9999-12-31 23:59:59+00', '290000-01-01 00:00:00+00'].map(
    (text) => `TIMESTAMPTZ '${text}'`,
  ),
];

export async function writeTable(
  connection: DuckDBConnection,
  table: keyof typeof TABLES,
  rows: Row[],
  file: string,
): Promise<void> {
  const columns = Object.entries(TABLES[table]);
  const name = `written_${table}`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${name} (${columns.map(([column, type]) => `${column} ${type}`).join()})`,
  );
  for (const row of rows)
    await connection.run(`INSERT INTO ${name} VALUES (${columns.map(([column]) => row[column] ?? 'NULL').join()})`);
  await connection.run(`COPY ${name} TO ${literal(file)} (FORMAT parquet)`);
}
