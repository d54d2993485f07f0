/** Excel takes a file without this mark for one in the code page of the machine, where Korean is unreadable. */
const BYTE_ORDER_MARK = '\ufeff';

/** A spreadsheet would run a cell that starts so (owasp.org, CSV Injection). Excel takes the full-width forms for the same signs. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** Rows as CSV (RFC 4180). The columns are those of the first argument. Null is an empty cell. Texts that could be formulas get an apostrophe. */
export function csvOf(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  const lines = [columns.map(quoted), ...rows.map((row) => columns.map((column) => cellOf(row[column])))];
  return BYTE_ORDER_MARK + lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellOf(value: unknown): string {
  if (typeof value === 'string') return quoted(FORMULA.test(value) ? `'${value}` : value);
  return typeof value === 'number' ? String(value) : '';
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
