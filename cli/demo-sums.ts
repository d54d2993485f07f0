/** What the simulator sent. The pipeline's counts are checked against it. */
export interface Truth {
  sent: number;
  distinctIds: number;
}

/** The pipeline's message counts, from the report. The collectors counted `received` and `acknowledged`. */
export interface Counts {
  received: number;
  acknowledged: number;
  red: number;
  yellow: number;
  /** How often a channel was not listened to because a connection was lost. */
  gaps: number;
}

/** A sentence for each sum that does not agree; empty if all agree. */
export function sumMismatches(truth: Truth, counts: Counts): string[] {
  const equal = (left: string, a: number, right: string, b: number): string[] =>
    a === b ? [] : [`${left} is ${a}, ${right} is ${b}`];
  return [
    ...equal('received', counts.received, 'sent', truth.sent),
    ...equal('acknowledged', counts.acknowledged, 'received', counts.received),
    ...equal('red', counts.red, 'acknowledged', counts.acknowledged),
    ...equal('yellow', counts.yellow, 'the number of distinct ids sent', truth.distinctIds),
  ];
}
