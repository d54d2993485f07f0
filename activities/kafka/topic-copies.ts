/** The copies of a topic's records in a cluster. */
export interface TopicCopies {
  topic: string;
  /** The replication factor: of the partition that has the fewest. */
  copies: number;
  /** `min.insync.replicas`; undefined if the cluster does not say it. */
  minInSync: number | undefined;
  /** The brokers of the cluster. */
  brokers: number;
}

export interface CopyFindings {
  /** An acknowledged line could be lost, or no line could ever be stored. */
  faults: string[];
  /** It works as long as no broker is away. */
  warnings: string[];
}

/**
 * Kafka acknowledges a line when `min.insync.replicas` brokers have it. With one, the line is lost with this broker, even if the topic has
 * three copies. With as many as there are copies, no line can be stored while a broker restarts: collectors write to disk.
 */
export function checkCopies({ topic, copies, minInSync, brokers }: TopicCopies): CopyFindings {
  const found = `found ${copies} and ${minInSync ?? 'an unknown number'}`;
  const expected = (what: string): string =>
    `Expected the topic \`${topic}\` to have ${what} (replication factor and \`min.insync.replicas\`), ${found} on ${brokers} brokers.`;
  const moreCopies = `Add copies with \`kafka-reassign-partitions\`, up to 3.`;
  const setMinimum = (wanted: number): string =>
    `Set it with \`kafka-configs --alter --topic ${topic} --add-config min.insync.replicas=${wanted}\`.`;
  const nothing: CopyFindings = { faults: [], warnings: [] };

  if (minInSync !== undefined && minInSync > copies)
    return {
      ...nothing,
      faults: [
        `${expected('at least as many copies as must have a line')} No line can be stored. ${setMinimum(Math.max(1, copies - 1))}`,
      ],
    };
  if (brokers === 1) return nothing;
  if (copies === 1)
    return {
      ...nothing,
      faults: [`${expected('3 copies and 2')} If its broker is lost, lines are lost. ${moreCopies}`],
    };
  if (minInSync === undefined) return nothing;
  if (copies === 2)
    return {
      ...nothing,
      warnings: [
        `${expected('3 copies and 2')} Either lines can be lost with a broker, or none is stored while one is away. ${moreCopies}`,
      ],
    };
  if (minInSync === 1)
    return {
      ...nothing,
      faults: [
        `${expected(`${copies} copies and 2`)} Acknowledged lines can be lost with one broker. ${setMinimum(2)}`,
      ],
    };
  if (minInSync === copies)
    return {
      ...nothing,
      warnings: [
        `${expected(`${copies} copies and ${copies - 1} or fewer`)} No line is stored while one broker is away. ${setMinimum(copies - 1)}`,
      ],
    };
  return nothing;
}
