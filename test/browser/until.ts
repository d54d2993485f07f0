import type { Page } from 'playwright-core';

/**
 * Waits in the page until the expression holds, looking before each frame. Playwright's `waitForFunction` evaluates a text in the page, which the
 * site's policy refuses. @returns false if it does not hold within 20 seconds
 */
export const isTrueSoon = (page: Page, expression: string): Promise<boolean> =>
  page.evaluate<boolean>(`new Promise((resolve) => {
    const last = performance.now() + 20_000;
    const look = () => {
      const holds = ${expression};
      if (holds || performance.now() > last) resolve(Boolean(holds));
      else requestAnimationFrame(look);
    };
    look();
  })`);
