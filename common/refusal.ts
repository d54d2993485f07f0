/** After sysexits(3): 69 a service is unavailable, 73 something cannot be made, 78 a setting is wrong. */
export type RefusalCode = 69 | 73 | 78;

/** Why something is not started, in words for a person: what was expected, what was found, the remedy. It is told without a stack trace. */
export class Refusal extends Error {
  override name = 'Refusal';
  /** What the process ends with. */
  readonly exitCode: RefusalCode;

  constructor(exitCode: RefusalCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}
