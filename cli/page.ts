import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { publishNotebookPage } from '../activities/report/notebook-pages.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { notebookPageInput } from '../viz/notebooks/notebook-page.ts';
import type { NotebookPage } from '../viz/notebooks/notebook-page.ts';
import { UnsafeFigure } from '../viz/notebooks/safe-figure.ts';
import { ConfigError, UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';

/** A browser has to hold all of it. */
const LARGEST_BYTES = 8 * 1024 * 1024;

/** `chatlake page`: publishes the page in the file. */
export async function page(file: string, json: boolean): Promise<void> {
  // The parameter store is not used, so its key may be missing.
  const { REPORT_DIR, REPORT_TIME_ZONE } = readConfig({ ...process.env, ...UNUSED_STORE_KEY });
  const content = await readPage(file);
  makeUsable([{ variable: 'REPORT_DIR', path: REPORT_DIR }]);
  try {
    const path = await publishNotebookPage({ directory: REPORT_DIR, timeZone: REPORT_TIME_ZONE }, content, new Date());
    const written = join(REPORT_DIR, path, 'index.html');
    process.stdout.write(
      json ? `${JSON.stringify({ path, file: written })}\n` : `Published ${path} of the site (${written}).\n`,
    );
  } catch (error) {
    if (error instanceof UnsafeFigure) throw new ConfigError(`Expected ${error.message}. Change the chart in ${file}.`);
    throw error;
  }
}

/** @throws ConfigError */
async function readPage(file: string): Promise<NotebookPage> {
  let given: unknown;
  try {
    const { size } = await stat(file);
    if (size > LARGEST_BYTES)
      throw new ConfigError(
        `Expected a page of at most ${LARGEST_BYTES} bytes in ${file}, got ${size}. Show fewer points.`,
      );
    given = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const found = error instanceof SyntaxError ? error.message : (error as NodeJS.ErrnoException).code;
    throw new ConfigError(`Expected ${file} to be a page in JSON, got ${found}. See \`chatlake page --help\`.`);
  }
  const parsed = notebookPageInput.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(
    `Expected ${file} to be a page in JSON, but its ${issue?.path.join('.') || 'content'} is wrong: ${issue?.message}. See \`chatlake page --help\`.`,
  );
}
