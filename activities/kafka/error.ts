/**
 * Kafka's name for an error, such as `MESSAGE_TOO_LARGE`. Searches the causes, in which kafkajs wraps it. `undefined` if no broker returned
 * the error.
 */
export function kafkaErrorType(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && typeof cause.type === 'string') return cause.type;
  }
  return undefined;
}
