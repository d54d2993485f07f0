import type { IncomingHttpHeaders } from 'node:http';
import { StoreFault } from './fault.ts';
import type { Condition } from './files.ts';

/** The condition in If-Match and If-None-Match (RFC 9110 §13.1). Without both, everything is allowed. */
export function conditionOf(headers: IncomingHttpHeaders): Condition {
  const match = headers['if-match'];
  const noneMatch = headers['if-none-match'];
  return (etag) => {
    if (match !== undefined && !names(match, etag)) {
      const found = etag === undefined ? 'no parameter' : 'another version';
      throw new StoreFault(
        412,
        'changed',
        `Expected the version of If-Match, found ${found}. Read the parameter again and retry.`,
      );
    }
    if (noneMatch !== undefined && names(noneMatch, etag)) {
      throw new StoreFault(412, 'exists', 'Expected no parameter here (If-None-Match), found one. Read it and retry.');
    }
  };
}

/** Whether a list of ETags, or `*`, contains this version. */
export function names(list: string, etag: string | undefined): boolean {
  if (etag === undefined) return false;
  return list.trim() === '*' || list.split(',').some((one) => one.trim() === etag);
}
