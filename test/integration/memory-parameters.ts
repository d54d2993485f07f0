import type { z } from 'zod';
import type { Parameters } from '../../activities/parameters/client.ts';
import { ParameterError } from '../../activities/parameters/error.ts';

/** A parameter store in memory, for tests of other parts. Values go through JSON, as on the wire. */
export function memoryParameters(initial: Record<string, unknown> = {}): Parameters & { values: Map<string, unknown> } {
  const values = new Map<string, unknown>(Object.entries(initial));
  const versions = new Map<string, number>();
  return {
    values,
    async get<T>(path: string, schema: z.ZodType<T>) {
      return values.has(path) ? { value: schema.parse(values.get(path)), etag: String(versions.get(path)) } : undefined;
    },
    async put(path, value, { ifMatch, ifAbsent } = {}) {
      const holds =
        ifAbsent === true ? !values.has(path) : ifMatch === undefined || ifMatch === String(versions.get(path));
      if (!holds) throw new ParameterError('precondition', `Another writer changed ${path}.`, { path });
      values.set(path, JSON.parse(JSON.stringify(value)));
      versions.set(path, (versions.get(path) ?? 0) + 1);
      return { etag: String(versions.get(path)) };
    },
    async delete(path) {
      return values.delete(path);
    },
    async list(prefix) {
      return [...values.keys()].filter((path) => path.startsWith(prefix));
    },
  };
}
