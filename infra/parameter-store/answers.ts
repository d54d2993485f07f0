import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../common/log.ts';
import { StoreFault } from './fault.ts';

/** What Fastify itself refuses, in this store's words. */
const frameworkFaults: Partial<Record<string, [code: string, message: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'too_large',
    'Expected a body of at most 1 MiB, found a longer one. Split the value into several parameters.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['not_json', 'Expected `Content-Type: application/json`. Send the value as JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'Expected a body as long as Content-Length says. Send it whole.'],
  FST_ERR_BAD_URL: ['bad_path', 'Expected a URL with valid percent-encoding. Correct the path.'],
};

/** Answers an error in the one shape: `{ error: { code, message } }`. Nothing of a value or of a header is in it. */
export function sendFault(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const fault = error instanceof StoreFault ? error : faultOf(error as FastifyError);
  if (fault.status >= 500) {
    const { code } = error as NodeJS.ErrnoException;
    log.error(fault.message, { method: request.method, path: pathOf(request), status: fault.status, code });
  }
  if (fault.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(fault.status).send({ error: { code: fault.code, message: fault.message } });
}

/** The path asked for, without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function faultOf(error: FastifyError): StoreFault {
  const known = Object.hasOwn(frameworkFaults, error.code ?? '') ? frameworkFaults[error.code] : undefined;
  const status = error.statusCode ?? 500;
  if (known !== undefined) return new StoreFault(status, ...known);
  if (status < 500)
    return new StoreFault(status, 'bad_request', 'Expected a request as /docs describes it. Correct the request.');
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new StoreFault(
      507,
      'storage',
      `Expected room on the store’s disk, found none (${error.code}). Nothing was changed. Make room.`,
    );
  }
  return new StoreFault(
    500,
    'storage',
    `Expected the store’s directory to be readable and writable, but the file system said ${error.code ?? 'something unexpected'}. ` +
      'What was there is unchanged. Look into the store’s log.',
  );
}
