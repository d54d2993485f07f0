import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { fastify } from 'fastify';
import { siteHeaders } from './headers.ts';
import { isRegular } from './regular.ts';
import type { Site, SiteOptions } from './site.ts';
import { DEFAULT_HOST, onNextPort, urlOf } from './site.ts';

/** Serves the published site from this process: GET and HEAD of files, nothing listed, nothing hidden, the same headers as nginx. */
export async function startSiteServer(options: SiteOptions): Promise<Site> {
  const { host = DEFAULT_HOST, log } = options;
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const app = await onNextPort(options, async (port) => {
    const started = siteApp(directory);
    await started.listen({ host, port });
    return started;
  });
  const url = urlOf(host, (app.server.address() as AddressInfo).port);
  log.info('site listens', { url, directory, server: 'node' });
  return { url, server: 'node', stop: () => close(app) };
}

/** How long answers that are under way may go on when the server is stopped, in milliseconds. */
const GRACE_MS = 2_000;

/** Stops listening; who still holds a connection after the grace, with no request or half of one, is cut off. */
async function close(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

function siteApp(directory: string): FastifyInstance {
  const app = fastify({
    logger: false,
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply.headers(siteHeaders).code(400).type('text/plain').send('Bad request.\n');
    },
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(siteHeaders);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return reply.code(405).header('allow', 'GET, HEAD').type('text/plain').send('Only GET and HEAD.\n');
    }
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('There is no such page.\n'));
  app.setErrorHandler((error, _request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    return reply
      .code(status)
      .type('text/plain')
      .send(status < 500 ? 'Bad request.\n' : 'The page cannot be read.\n');
  });
  void app.register(fastifyStatic, {
    root: directory,
    redirect: true,
    dotfiles: 'ignore',
    // Not what is being published, nor what was never published.
    allowedPath: (path) => !/\.tmp$/i.test(path) && isRegular(directory, path),
    cacheControl: false,
    etag: true,
    lastModified: true,
  });
  return app;
}
