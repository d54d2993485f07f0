import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { fastify } from 'fastify';
import { closeServer } from '../../common/close-server.ts';
import { siteHeaders } from './headers.ts';
import { hasPage, isRegular } from './regular.ts';
import type { Site, SiteOptions } from './site.ts';
import { DEFAULT_HOST, onNextPort, urlOf } from './site.ts';

interface SiteServerOptions extends SiteOptions {
  /** Told of the status of each answer. */
  onAnswer?: (status: number) => void;
}

interface SiteServer extends Site {
  /** Why it has nothing to show; undefined if it has. */
  whyNotReady(): string | undefined;
}

const NO_PAGE = 'No page has been published yet.';

/** Serves the published site from this process, with the same headers as nginx: GET and HEAD of files, no listings, no hidden files. */
export async function startSiteServer(options: SiteServerOptions): Promise<SiteServer> {
  const { host = DEFAULT_HOST, log } = options;
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const app = await onNextPort(options, async (port) => {
    const started = siteApp(directory, options.onAnswer);
    await started.listen({ host, port });
    return started;
  });
  const url = urlOf(host, (app.server.address() as AddressInfo).port);
  log.info('site listens', { url, directory, server: 'node' });
  return {
    url,
    server: 'node',
    whyNotReady: () => (hasPage(directory) ? undefined : NO_PAGE),
    stop: () => closeServer(app),
  };
}

function siteApp(directory: string, onAnswer: (status: number) => void = () => {}): FastifyInstance {
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
  app.addHook('onResponse', async (_request, { statusCode }) => onAnswer(statusCode));
  app.get('/readyz', (_request, reply) => {
    const isReady = hasPage(directory);
    return reply
      .code(isReady ? 200 : 503)
      .type('text/plain')
      .send(isReady ? 'ready\n' : `${NO_PAGE}\n`);
  });
  app.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Page not found.\n'));
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
    // No files that are being written, and none that were not published.
    allowedPath: (path) => !/\.tmp$/i.test(path) && isRegular(directory, path),
    cacheControl: false,
    etag: true,
    lastModified: true,
  });
  return app;
}
