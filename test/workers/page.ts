/** One series of a page of metrics. */
export interface Series {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** A page in Prometheus' text format. */
export class Page {
  readonly series: readonly Series[];
  readonly readAtMs = Date.now();
  /** The type of each metric, by the name without `_bucket`, `_sum` and `_count`. */
  readonly types: ReadonlyMap<string, string>;

  constructor(text: string) {
    const lines = text.split('\n');
    this.types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
    this.series = lines.filter((line) => line !== '' && !line.startsWith('#')).map(seriesOf);
  }

  has(name: string): boolean {
    return this.series.some((series) => series.name === name);
  }

  /** The sum of {@link values}. */
  sum(name: string, labels: Record<string, string> = {}): number {
    return this.values(name, labels).reduce((sum, value) => sum + value, 0);
  }

  /** The values of all series of that name that have these labels. */
  values(name: string, labels: Record<string, string> = {}): number[] {
    return this.series
      .filter((series) => series.name === name)
      .filter((series) => Object.entries(labels).every(([label, value]) => series.labels[label] === value))
      .map(({ value }) => value);
  }
}

/** @throws if nobody answers there */
export async function readPage(address: string): Promise<Page> {
  const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(5_000) });
  return new Page(await answer.text());
}

function seriesOf(line: string): Series {
  const [, name = '', text = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (name === '') throw new Error(`Expected a line of Prometheus' text format, got ${line}.`);
  const pairs = [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', found = '']) => [label, found] as const);
  return { name, labels: Object.fromEntries(pairs), value: /^\+?inf$/i.test(value) ? Infinity : Number(value) };
}
