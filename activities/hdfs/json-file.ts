import type { z } from 'zod';
import { FactError } from '../errors.ts';
import type { Hdfs } from './hdfs.ts';

/** A file in HDFS has unexpected content: it was truncated, edited by hand, or written by another release. */
export class DamagedFile extends FactError {
  override name = 'DamagedFile';
}

/**
 * Reads a JSON file that Chatlake wrote.
 * @param as the file's content and the remedy, for the error: `the boundaries of an hour`, `Remove it.`
 * @throws HdfsError `absent`; DamagedFile, not retryable, which names the wrong fields and never their values
 */
export async function readJson<T>(
  hdfs: Hdfs,
  path: string,
  schema: z.ZodType<T>,
  as: { what: string; remedy: string },
): Promise<T> {
  const text = await hdfs.readText(path);
  const damaged = (finding: string): DamagedFile =>
    new DamagedFile(`Expected ${path} to be ${as.what}, found ${finding}. ${as.remedy}`, {
      facts: { path },
      retryable: false,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged('text that is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 10).map((issue) => `\`${issue.path.join('.') || 'value'}\``);
  throw damaged(`invalid fields: ${fields.join(', ')}`);
}
