import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../common/log.ts';
import { StoreFault } from './fault.ts';

/** The errors of Fastify, with the store's codes and messages. */
const frameworkFaults: Partial<Record<string, [code: string, message: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'too_large',
    'Expected a body of at most 4 MiB, got a longer one. Split the value into several parameters.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['not_json', 'Expected `Content-Type: application/json`. Send the value as JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'bad_request',
    'Expected a body of the length in Content-Length. Send the whole body.',
  ],
  FST_ERR_BAD_URL: ['bad_path', 'Expected a URL with valid percent-encoding. Correct the path.'],
};

/** Answers an error as `{ error: { code, message } }`. The answer never contains a part of a value or a header. */
export function sendFault(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const fault = error instanceof StoreFault ? error : faultOf(error as FastifyError);
  if (fault.status >= 500) {
    const { code } = error as NodeJS.ErrnoException;
    log.error(fault.message, { method: request.method, path: pathOf(request), status: fault.status, code });
  }
  if (fault.status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(fault.status).send({ error: { code: fault.code, message: fault.message } });
}

/** Answers a request that is no HTTP, or whose headers are too large or late: Fastify never sees it. */
export function refuseBadHttp(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'Expected headers of at most 16 KiB, got longer ones. Send fewer.']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'Expected the whole request within 10 s. Send it faster.']
        : ['400 Bad Request', 'Expected a valid HTTP request. See /docs, and correct the request.'];
  const body = JSON.stringify({ error: { code: 'bad_request', message } });
  const headers = [
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

/** The path of a request without its query. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function faultOf(error: FastifyError): StoreFault {
  const known = Object.hasOwn(frameworkFaults, error.code ?? '') ? frameworkFaults[error.code] : undefined;
  const status = error.statusCode ?? 500;
  if (known !== undefined) return new StoreFault(status, ...known);
  if (status < 500)
    return new StoreFault(status, 'bad_request', 'Expected a valid request. See /docs, and correct the request.');
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new StoreFault(
      507,
      'storage',
      `Expected free space on the store’s disk, found none (${error.code}). Nothing was changed. Free disk space.`,
    );
  }
  return new StoreFault(
    500,
    'storage',
    `Expected the store’s directory to be readable and writable, got ${error.code ?? 'an unexpected error'}. ` +
      'Nothing was changed. See the store’s log.',
  );
}
