/** Why a request is not served: the answer's status, a code for programs, and words that say what was expected, what was found and what to do. */
export class StoreFault extends Error {
  override name = 'StoreFault';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
  }
}
