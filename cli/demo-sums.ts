/** What the simulator says that it sent: the truth that the pipeline's own counts are checked against. */
export interface Truth {
  sent: number;
  distinctIds: number;
}

/** The pipeline's counts of messages, as the report holds them. `received` and `acknowledged` are the collectors' own. */
export interface Counts {
  received: number;
  acknowledged: number;
  red: number;
  yellow: number;
  /** Times that a channel was not listened to because a connection was lost. */
  gaps: number;
}

/** Each sum that is off, in words; empty when the counts agree with the truth and with each other. */
export function sumsOff(truth: Truth, counts: Counts): string[] {
  const equal = (left: string, a: number, right: string, b: number): string[] =>
    a === b ? [] : [`${left} is ${a}, ${right} is ${b}`];
  return [
    ...equal('received', counts.received, 'sent', truth.sent),
    ...equal('acknowledged', counts.acknowledged, 'received', counts.received),
    ...equal('red', counts.red, 'acknowledged', counts.acknowledged),
    ...equal('yellow', counts.yellow, 'the number of distinct ids sent', truth.distinctIds),
  ];
}
