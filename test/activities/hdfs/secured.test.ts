import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import type { HdfsErrorKind } from '../../../activities/hdfs/error.ts';
import { isHdfsError } from '../../../activities/hdfs/error.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { silentLog } from '../../../common/log.ts';
import { certificateAuthority } from '../../integration/certificates.ts';

const TOKEN = 'HAAEaGRmcwRoZGZzAIoBk-_secret-token';

describe('createHdfs({ urls, readToken, readTls })', () => {
  const servers: Server[] = [];
  const authority = certificateAuthority();
  const trusted = () => ({ ca: authority.cert });

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A node that answers as the test says. Returns its address. */
  async function node(answer: RequestListener, isTls = false): Promise<string> {
    const server = isTls ? createHttpsServer(authority.issue('node'), answer) : createHttpServer(answer);
    servers.push(server);
    server.on('tlsClientError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `${isTls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const fails = (work: Promise<unknown>, kind: HdfsErrorKind, message: RegExp) =>
    assert.rejects(work, (error: Error) => {
      assert.ok(isHdfsError(error, kind), `expected ${kind}, got ${String(error)}`);
      assert.match(error.message, message);
      assert.ok(!JSON.stringify({ ...error, message: error.message, stack: error.stack }).includes(TOKEN));
      return true;
    });

  /** Every call of a client, with the kind of its error if nothing was changed. */
  const calls: [string, (hdfs: Hdfs) => Promise<unknown>][] = [
    ['status', (hdfs) => hdfs.status('/a')],
    ['list', (hdfs) => hdfs.list('/a')],
    ['readText', (hdfs) => hdfs.readText('/a')],
    ['writeText', (hdfs) => hdfs.writeText('/a', 'x', { createParent: true })],
    ['mkdirs', (hdfs) => hdfs.mkdirs('/a')],
    ['rename', (hdfs) => hdfs.rename('/a', '/b')],
    ['replace', (hdfs) => hdfs.replace('/a', '/b')],
    ['remove', (hdfs) => hdfs.remove('/a')],
  ];

  const client = (url: string, more: Partial<Parameters<typeof createHdfs>[0]> = {}): Hdfs =>
    createHdfs({ urls: [url], user: 'someone', log: silentLog, patienceMs: 0, ...more });
  const withToken = { readToken: () => Promise.resolve(TOKEN) };
  const exception =
    (name: string, message: string, status = 403): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ RemoteException: { exception: name, message } }));
    };
  const queryOf = ({ url = '' }: IncomingMessage) => new URL(url, 'http://x').searchParams;

  for (const [name, call] of calls) {
    it(`${name} sends the token instead of the user`, async () => {
      const seen: URLSearchParams[] = [];
      const url = await node((request, response) => {
        seen.push(queryOf(request));
        exception('SafeModeException', 'wait')(request, response);
      });
      await fails(call(client(url, withToken)), 'unavailable', /wait/);
      assert.ok(seen.length > 0);
      for (const query of seen) assert.deepEqual([query.get('delegation'), query.get('user.name')], [TOKEN, null]);
    });

    it(`${name} does not show a token that the server repeats`, async () => {
      const url = await node(exception('AccessControlException', `token ${TOKEN} is not for you`));
      await fails(call(client(url, withToken)), 'forbidden', /token … is not for you/);
    });

    it(`${name} says that a server demands a login`, async () => {
      const url = await node((_request, response) => {
        response.writeHead(401, { 'www-authenticate': 'Negotiate', 'content-type': 'text/html' });
        response.end('<html>Authentication required</html>');
      });
      await fails(call(client(url)), 'forbidden', /demands a login\. Set HDFS_DELEGATION_TOKEN_FILE/);
    });

    it(`${name} changes nothing if the certificate is not trusted`, async () => {
      const url = await node((_request, response) => response.end(), true);
      await fails(call(client(url)), 'unavailable', /certificate/);
      await fails(
        call(client(url, { readTls: () => ({ ca: certificateAuthority().cert }) })),
        'unavailable',
        /certificate/,
      );
    });
  }

  it('uses a renewed token, and reads a token that cannot be read again', async () => {
    const tokens = [
      new Error('Expected HDFS_DELEGATION_TOKEN_FILE to be a file with a token, found ENOENT.'),
      'old',
      'new',
    ];
    const url = await node((request, response) => {
      if (queryOf(request).get('delegation') !== 'new')
        return exception('InvalidToken', 'token is expired')(request, response);
      exception('FileNotFoundException', 'none', 404)(request, response);
    });
    const readToken = async (): Promise<string> => {
      const token = tokens.shift() ?? 'new';
      if (token instanceof Error) throw token;
      return token;
    };
    assert.equal(await client(url, { readToken, patienceMs: 10_000 }).status('/a'), undefined);
    assert.deepEqual(tokens, []);
  });

  it('tells which token was refused, and about no other refusal', async () => {
    const refused: string[] = [];
    const tokens = ['expired', 'half', 'good'];
    const url = await node((request, response) => {
      const token = queryOf(request).get('delegation');
      if (token === 'expired') return exception('InvalidToken', 'token is expired')(request, response);
      if (token === 'half')
        return exception('SecurityException', 'Failed to obtain user group information: java.io.EOFException')(
          request,
          response,
        );
      exception('AccessControlException', 'not for you')(request, response);
    });
    const readToken = async (): Promise<string> => tokens.shift() ?? 'good';
    const refuseToken = (token: string): void => void refused.push(token);
    await fails(client(url, { readToken, refuseToken, patienceMs: 10_000 }).mkdirs('/a'), 'forbidden', /not for you/);
    assert.deepEqual(refused, ['expired', 'half']);
  });

  it('sends no token and no header of ours to the address of a redirect', async () => {
    const asked: IncomingMessage[] = [];
    const foreign = await node((request, response) => {
      asked.push(request);
      response.writeHead(request.method === 'PUT' ? 201 : 200).end('x');
    });
    const nameNode = await node((request, response) => {
      const operation = queryOf(request).get('op')?.toLowerCase();
      if (operation === 'getfilestatus') {
        response.end(JSON.stringify({ FileStatus: { type: 'FILE', length: 1, modificationTime: 1 } }));
        return;
      }
      response.writeHead(307, { location: `${foreign}/data` }).end();
    });
    const hdfs = client(nameNode, withToken);
    await hdfs.writeText('/a', 'x', { createParent: true });
    assert.equal(await hdfs.readText('/a'), 'x');
    assert.equal(asked.length, 2);
    for (const { url = '', headers } of asked) {
      assert.equal(url, '/data');
      assert.ok(!JSON.stringify(headers).includes(TOKEN));
      assert.equal(headers.authorization, undefined);
    }
  });

  it('does not go from https to a DataNode without TLS', async () => {
    const url = await node(
      (_request, response) => response.writeHead(307, { location: 'http://127.0.0.1:1/x' }).end(),
      true,
    );
    await fails(
      client(url, { readTls: trusted }).writeText('/a', 'x', { createParent: true }),
      'invalid',
      /HTTPS_ONLY/,
    );
  });
});
