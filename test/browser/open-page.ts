import type { BrowserContextOptions, Page } from 'playwright-core';
import { sharedBrowser } from './chromium.ts';

export interface OpenedPage {
  page: Page;
  /** Console messages, errors, scripts that ran, failed requests, and requests to other sites. Empty if all is well. */
  said: string[];
}

/** Opens a page, and waits until it is loaded. */
export async function openPage(
  url: string,
  width = 1280,
  colorScheme: 'light' | 'dark' = 'light',
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await (
    await sharedBrowser()
  ).newContext({
    viewport: { width, height: 900 },
    colorScheme,
    ...options,
  });
  const page = await context.newPage();
  const said = heardFrom(page, url);
  await page.goto(url, { waitUntil: 'networkidle' });
  return { page, said };
}

/** What is heard from a page from now on: see {@link OpenedPage}. */
export function heardFrom(page: Page, url: string): string[] {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('dialog', (dialog) => {
    said.push(`a script ran: ${dialog.message()}`);
    // The page waits for it.
    void dialog.dismiss().catch(() => {});
  });
  page.on('requestfailed', (request) => said.push(`${request.url()} failed`));
  page.on('response', (response) => response.status() >= 400 && said.push(`${response.url()} ${response.status()}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) said.push(`${request.url()} is another site`);
  });
  return said;
}
