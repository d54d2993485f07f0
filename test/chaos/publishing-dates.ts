/** The publishing dates of each day's report, as a repeated reader sees them. */
export class PublishingDates {
  readonly #latest = new Map<string, string>();

  /**
   * Takes the current content of a `report.json`.
   * @returns the problem, if any: an older report must not replace a newer one
   */
  take(day: string, report: string): string | undefined {
    const publishedAt = publishedAtOf(report);
    if (publishedAt === undefined) return `a report of ${day} without a date`;
    const before = this.#latest.get(day) ?? '';
    if (publishedAt < before) return `the report of ${day} went back from ${before} to ${publishedAt}`;
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
