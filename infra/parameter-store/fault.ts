/** Why a request failed: the HTTP status, a code for programs, and a message with expectation, finding and remedy. */
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
