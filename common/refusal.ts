/** From sysexits(3): 69 a service is unavailable, 73 a file or directory cannot be created, 78 a setting is wrong. */
export type RefusalCode = 69 | 73 | 78;

/** Why a process does not start: expectation, finding and remedy in one sentence. It is printed without a stack trace. */
export class Refusal extends Error {
  override name = 'Refusal';
  /** The exit code of the process. */
  readonly exitCode: RefusalCode;

  constructor(exitCode: RefusalCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
  }
}
