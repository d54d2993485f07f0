/**
 * Kafka's own name of an error, such as `MESSAGE_TOO_LARGE`, found along the chain of causes in which kafkajs wraps it; `undefined` for
 * an error that no broker answered.
 */
export function kafkaErrorType(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && typeof cause.type === 'string') return cause.type;
  }
  return undefined;
}
