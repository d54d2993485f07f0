/** When the report of each day was published, as a reader saw it again and again. */
export class PublishingDates {
  readonly #latest = new Map<string, string>();

  /**
   * Takes what a `report.json` says now.
   * @returns what is wrong with it, if anything: a newer report must not be replaced by an older one
   */
  take(day: string, report: string): string | undefined {
    const publishedAt = publishedAtOf(report);
    if (publishedAt === undefined) return `a report of ${day} without a date`;
    const before = this.#latest.get(day) ?? '';
    if (publishedAt < before) return `the report of ${day} goes back from ${before} to ${publishedAt}`;
    this.#latest.set(day, publishedAt);
    return undefined;
  }
}

function publishedAtOf(report: string): string | undefined {
  try {
    return (JSON.parse(report) as { publishedAt?: string }).publishedAt;
  } catch {
    return undefined;
  }
}
