import { DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBPreparedStatement } from '@duckdb/node-api';

/** How the texts of a column read: `json` is a number, a boolean, a list or an object; `time` is as in 2026-11-25T14:00:00.5Z. */
export interface TextColumn {
  name: string;
  kind: 'text' | 'time' | 'number' | 'json';
}

const NUMBERS = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.DECIMAL,
]);
const NESTED = new Set([
  DuckDBTypeId.LIST,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.UNION,
]);

/** An SQL expression that makes a text of the column `name`, and how to read it. */
export function asText(name: string, type: DuckDBTypeId): { sql: string; kind: TextColumn['kind'] } {
  if (type === DuckDBTypeId.VARCHAR) return { sql: name, kind: 'text' };
  if (NUMBERS.has(type)) return { sql: `${name}::VARCHAR`, kind: 'number' };
  // NaN and infinity are no numbers in JSON.
  if (type === DuckDBTypeId.DOUBLE || type === DuckDBTypeId.FLOAT)
    return { sql: `CASE WHEN isfinite(${name}) THEN ${name}::VARCHAR END`, kind: 'number' };
  if (type === DuckDBTypeId.BOOLEAN) return { sql: `${name}::VARCHAR`, kind: 'json' };
  if (NESTED.has(type)) return { sql: `to_json(${name})::VARCHAR`, kind: 'json' };
  if (type === DuckDBTypeId.TIMESTAMP_TZ) {
    const fraction = `rtrim(rtrim(strftime(${name}, '.%f'), '0'), '.')`;
    return {
      sql: `CASE WHEN isfinite(${name}) THEN strftime(${name}, '%Y-%m-%dT%H:%M:%S') || ${fraction} || 'Z' ELSE ${name}::VARCHAR END`,
      kind: 'time',
    };
  }
  return { sql: `${name}::VARCHAR`, kind: 'text' };
}

/** The columns of a prepared query. */
export function columnsOf(statement: DuckDBPreparedStatement): { name: string; type: DuckDBTypeId }[] {
  return Array.from({ length: statement.columnCount }, (_, index) => ({
    name: statement.columnName(index),
    type: statement.columnTypeId(index),
  }));
}
