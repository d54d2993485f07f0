import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../common/free-port.ts';
import { quoteLog } from '../../common/guarded-process.ts';
import { SupervisedProcess } from '../local/supervised-process.ts';
import { siteHeaders } from '../site-server/headers.ts';
import type { Site, SiteOptions } from '../site-server/site.ts';
import { DEFAULT_HOST, DEFAULT_PORT, onNextPort, urlOf } from '../site-server/site.ts';
import { renderNginxConfig } from './config.ts';

const STARTS_WITHIN_MS = 60_000;

/**
 * Serves the published site with nginx, without root. nginx ends with this process, and is restarted when it dies.
 * @param program the path of nginx
 * @throws Error with the last lines of its log if it does not answer
 */
export async function startNginx(program: string, options: SiteOptions): Promise<Site> {
  const { host = DEFAULT_HOST, log } = options;
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true });
  const prefix = await emptyDirectory(options.scratchDirectory);
  try {
    const wanted = options.port === 0 ? await freePort() : (options.port ?? DEFAULT_PORT);
    return await onNextPort({ host, port: wanted, log }, async (port) => {
      const user = process.getuid?.() === 0 ? { user: userInfo().username } : {};
      writeFileSync(
        join(prefix, 'nginx.conf'),
        renderNginxConfig({ directory, host, port, headers: siteHeaders, ...user }),
      );
      const server = new SupervisedProcess(prefix, {
        name: 'nginx',
        program,
        args: ['-p', prefix, '-c', 'nginx.conf', '-e', 'stderr', '-g', 'daemon off;'],
        logFile: join(prefix, 'nginx.log'),
      });
      const url = urlOf(host, port);
      try {
        await untilAnswers(url, server);
      } catch (error) {
        await server.stop();
        throw error;
      }
      server.keepRunning(
        (exit) => log.warn(`nginx ${exit.text}; restarting it`),
        () => {},
      );
      log.info('site listens', { url, directory, server: 'nginx' });
      return {
        url,
        server: 'nginx',
        async stop() {
          await server.stop();
          rmSync(prefix, { recursive: true, force: true });
        },
      };
    });
  } catch (error) {
    rmSync(prefix, { recursive: true, force: true });
    throw error;
  }
}

async function emptyDirectory(path: string | undefined): Promise<string> {
  if (path === undefined) return mkdtemp(join(tmpdir(), 'chatlake-nginx-'));
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  return resolve(path);
}

async function untilAnswers(url: string, server: SupervisedProcess): Promise<void> {
  const ended = server.firstExit.then((exit) => exit.text);
  const deadline = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const found = await Promise.race([ended, answers(url)]);
    if (found === true) return;
    if (found !== false || Date.now() > deadline) {
      const text = found === false ? `did not answer within ${STARTS_WITHIN_MS} ms` : found;
      throw new Error(
        `Expected nginx to serve ${url}, but it ${text}.${quoteLog(server.spec.logFile, server.logOffset)}`,
      );
    }
    await delay(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
    return response.headers.has('content-security-policy');
  } catch {
    return false;
  }
}
