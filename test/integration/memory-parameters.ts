import type { z } from 'zod';
import type { Parameters } from '../../activities/parameters/client.ts';

/** A parameter store in memory, for tests that are not about the store. Values go through JSON, as they do on the wire. */
export function memoryParameters(initial: Record<string, unknown> = {}): Parameters & { values: Map<string, unknown> } {
  const values = new Map<string, unknown>(Object.entries(initial));
  let version = 0;
  return {
    values,
    async get<T>(path: string, schema: z.ZodType<T>) {
      return values.has(path) ? { value: schema.parse(values.get(path)), etag: String(version) } : undefined;
    },
    async put(path, value) {
      values.set(path, JSON.parse(JSON.stringify(value)));
      version += 1;
      return { etag: String(version) };
    },
    async delete(path) {
      return values.delete(path);
    },
    async list(prefix) {
      return [...values.keys()].filter((path) => path.startsWith(prefix));
    },
  };
}
