import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request through the proxy. */
export interface ProxiedRequest {
  method: string;
  /** The operation, in upper case. */
  op: string;
  node: 'NameNode' | 'DataNode';
}

/**
 * What the proxy does with a request: forward it and the answer; forward it and break the connection instead of answering; break
 * the connection at once; answer itself; or forward half of the body and answer with success.
 */
export type Treatment =
  'pass' | 'loseAnswer' | 'loseRequest' | { answer: number; body?: unknown } | 'halfBody' | 'halfAnswer';

export interface Proxy {
  url: string;
  /** Requests that reached HDFS, as `MKDIRS NameNode`. */
  handedOn: string[];
  /** Decides the treatment of each request. Default: `pass`. */
  treat: (request: ProxiedRequest) => Treatment;
  stop(): Promise<void>;
}

/** A proxy on a real socket between the client and HDFS. It redirects DataNode requests to itself. */
export async function startProxy(nameNodeUrl: string): Promise<Proxy> {
  const proxy: Proxy = { url: '', handedOn: [], treat: () => 'pass', stop: () => Promise.resolve() };
  const server = createServer((incoming, outgoing) => {
    handle(proxy, nameNodeUrl, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return proxy;
}

async function handle(proxy: Proxy, nameNodeUrl: string, incoming: IncomingMessage, outgoing: ServerResponse) {
  const asked = new URL(incoming.url ?? '', proxy.url);
  const toDataNode = /^\/to\/([^/]+)(\/.*)$/.exec(asked.pathname);
  const target = new URL(toDataNode === null ? nameNodeUrl : `http://${toDataNode[1]}`);
  const described: ProxiedRequest = {
    method: incoming.method ?? '',
    op: (asked.searchParams.get('op') ?? '').toUpperCase(),
    node: toDataNode === null ? 'NameNode' : 'DataNode',
  };
  const treatment = proxy.treat(described);
  const body = await buffer(incoming);
  if (treatment === 'loseRequest') return outgoing.destroy();
  if (typeof treatment === 'object') {
    outgoing.writeHead(treatment.answer, { 'content-type': 'application/json' });
    return outgoing.end(treatment.body === undefined ? '<html>no</html>' : JSON.stringify(treatment.body));
  }
  proxy.handedOn.push(`${described.op} ${described.node}`);
  if (treatment === 'halfBody') {
    await sendHalf(target, toDataNode?.[2] ?? '', asked.search, incoming, body);
    outgoing.writeHead(201);
    return outgoing.end();
  }
  const answer = await forward(target, toDataNode?.[2] ?? asked.pathname, asked.search, incoming, body);
  if (treatment === 'loseAnswer') return outgoing.destroy();
  const { location } = answer.headers;
  if (location?.startsWith('http') === true) {
    const { host, pathname, search } = new URL(location);
    answer.headers.location = `${proxy.url}/to/${host}${pathname}${search}`;
  }
  const content = treatment === 'halfAnswer' ? answer.content.subarray(0, answer.content.length / 2) : answer.content;
  outgoing.writeHead(answer.status, answer.headers);
  if (treatment !== 'halfAnswer') return outgoing.end(content);
  return outgoing.write(content, () => outgoing.destroy());
}

function forward(target: URL, path: string, search: string, incoming: IncomingMessage, body: Buffer) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; content: Buffer }>((resolve, reject) => {
    const options = {
      method: incoming.method,
      headers: { ...incoming.headers, host: target.host, connection: 'close' },
    };
    const sent = request(new URL(`${path}${search}`, target), options, (answer) => {
      buffer(answer).then(
        (content) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, content }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends the head and half of the body, then breaks the connection. */
function sendHalf(target: URL, path: string, search: string, incoming: IncomingMessage, body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const options = { method: incoming.method, headers: { ...incoming.headers, host: target.host } };
    const sent = request(new URL(`${path}${search}`, target), options);
    sent.on('error', () => resolve());
    sent.on('close', () => resolve());
    sent.write(body.subarray(0, body.length / 2), () => sent.destroy());
  });
}
