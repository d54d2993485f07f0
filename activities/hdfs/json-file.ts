import type { z } from 'zod';
import { FactError } from '../errors.ts';
import type { Hdfs } from './hdfs.ts';

/** A file in HDFS holds something else than it should: it was cut, changed by hand, or written by another release. */
export class DamagedFile extends FactError {
  override name = 'DamagedFile';
}

/**
 * Reads a JSON file of ours.
 * @param as what it should be and what helps where it is not, for the error: `the boundaries of an hour`, `Remove it.`
 * @throws HdfsError `absent`; DamagedFile, not retryable, which names the fields that are wrong and never what they hold
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
    throw damaged('something that is no JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 10).map((issue) => `\`${issue.path.join('.') || 'value'}\``);
  throw damaged(`faults at ${fields.join(', ')}`);
}
