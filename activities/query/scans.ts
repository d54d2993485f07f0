/** A scan of Parquet files in a plan of DuckDB. */
export interface Scan {
  /** The condition on the names of files, as SQL. */
  condition: string;
  /** How many files it reads. */
  files: number;
}

interface PlanNode {
  name?: unknown;
  children?: PlanNode[];
  extra_info?: Record<string, unknown>;
}

/** The scans of Parquet files in the output of `EXPLAIN (FORMAT json)`. Undefined stands for a scan without a condition on files. */
export function readScans(plan: string): (Scan | undefined)[] {
  const scans: (Scan | undefined)[] = [];
  const visit = (node: PlanNode): void => {
    const info = node.extra_info ?? {};
    if (/PARQUET/.test(String(node.name)) || /PARQUET/.test(String(info['Function']))) scans.push(scanOf(info));
    node.children?.forEach(visit);
  };
  (JSON.parse(plan) as PlanNode[]).forEach(visit);
  return scans;
}

function scanOf(info: Record<string, unknown>): Scan | undefined {
  // A text with a line end is a list of its lines.
  const texts = info['File Filters'];
  const text = Array.isArray(texts) ? texts.join('\n') : texts;
  const [, files] = /^(\d+)\//.exec(String(info['Scanning Files'])) ?? [];
  return files === undefined || typeof text !== 'string'
    ? undefined
    : { condition: joined(text), files: Number(files) };
}

/** DuckDB writes several conditions without a word between them, like `(hour > 'a')prefix(hour, 'b')`. */
function joined(text: string): string {
  let [depth, isQuoted, result] = [0, false, ''];
  for (const [index, letter] of [...text].entries()) {
    if (letter === "'") isQuoted = !isQuoted;
    if (!isQuoted && letter === '(') depth += 1;
    if (!isQuoted && letter === ')') depth -= 1;
    result += letter;
    if (!isQuoted && letter === ')' && depth === 0 && index < text.length - 1) result += ' AND ';
  }
  return result;
}
