import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FILE = join(import.meta.dirname, '../compose.yaml');

const text = z.union([z.string(), z.number()]).transform(String);

/** A service that is built from this project. Keys that are not here would be ignored when it runs, so there may be none. */
const service = z.strictObject({
  image: z.string(),
  build: z.object({ dockerfile: z.string() }),
  command: z.array(text).default([]),
  environment: z.record(z.string(), text).default({}),
  volumes: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  restart: z.enum(['unless-stopped', 'on-failure']).optional(),
  hostname: z.string().optional(),
  network_mode: z.literal('none').optional(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .transform((it) => Number.parseInt(it, 10))
    .default(10),
  healthcheck: z
    .union([z.object({ disable: z.literal(true) }), z.object({ test: z.tuple([z.literal('CMD')], z.string()) })])
    .optional(),
  profiles: z.array(z.string()).default([]),
  depends_on: z.unknown().optional(),
  logging: z.unknown().optional(),
});

export type ComposeService = z.infer<typeof service>;

/** The services of compose.yaml that are built from this project, by name, with the defaults of all variables. */
export function composeServices(): Map<string, ComposeService> {
  const file = parse(readFileSync(FILE, 'utf8'), withDefaults, { merge: true }) as { services: Record<string, object> };
  return new Map(
    Object.entries(file.services)
      .filter(([, it]) => 'build' in it)
      .map(([name, it]) => [name, service.parse(it)]),
  );
}

/** Replaces `${NAME:-default}` in values by its default, as Compose does after it has read the file. */
function withDefaults(_key: unknown, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1') : value;
}
