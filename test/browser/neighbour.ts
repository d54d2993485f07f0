import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { REBOUND_NAME, sharedBrowser } from './chromium.ts';

/** A foreign web page on this machine, open in a real browser. Its server answers every request with an empty page. */
export interface Neighbour {
  page: Page;
  close(): Promise<void>;
}

export async function openNeighbour(): Promise<Neighbour> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>neighbour</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = await (await sharedBrowser()).newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    async close() {
      await context.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A request that a page can send to another server, as for `fetch`. `no-cors` needs no permission from the server. */
export interface Shot {
  url: string;
  method: string;
  mode: 'no-cors' | 'cors' | 'same-origin';
  headers?: Record<string, string>;
  body?: string;
}

/** Sends the request from the page. Returns the status if the page may see it, otherwise `sent` or the error. */
export function shoot(page: Page, shot: Shot): Promise<string> {
  return page.evaluate(async ({ url, ...options }: Shot) => {
    try {
      const response = await fetch(url, options);
      return response.type === 'opaque' ? 'sent' : String(response.status);
    } catch (error) {
      return String(error);
    }
  }, shot);
}

/** Opens the server's own page under the rebound host name. */
export async function openRebound(neighbour: Neighbour, url: string): Promise<Page> {
  const page = await neighbour.page.context().newPage();
  await page.goto(`${url.replace('127.0.0.1', REBOUND_NAME)}/`);
  return page;
}

/** Posts a form from the page into a frame, and waits for the response. */
export async function postForm(page: Page, url: string, fields: Record<string, string>): Promise<void> {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input name="${escape(name)}" value="${escape(value)}">`,
  );
  await page.setContent(
    `<form method="post" enctype="text/plain" target="answer" action="${escape(url)}">${inputs.join('')}</form><iframe name="answer"></iframe>`,
  );
  await Promise.all([
    page.waitForEvent('framenavigated', (frame) => frame.name() === 'answer'),
    page.evaluate('document.forms[0].submit()'),
  ]);
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
