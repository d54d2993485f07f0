import http from 'node:http';
import { hostname } from 'node:os';
import { z } from 'zod';
import { DEFAULT_INSTALLATION, namespaceOf } from '../common/installation.ts';
import { directToLoopback } from '../common/loopback.ts';
import { SECRET_VARIABLES } from '../common/secret-variables.ts';
import { IMPORT_PREFIX } from '../activities/kafka/imported-line.ts';
import { TASK_QUEUES, chatQueue } from '../workflows/task-queues.ts';
import { OLD_NAMES, oldAccountWarning, withOldAccount } from './account-names.ts';
import { cleanValue, invisibleCharacter } from './clean-value.ts';
import { headerText } from './credential.ts';
import { ConfigError, invalid } from './config-error.ts';
import { HDFS_SECURITY } from './hdfs-settings.ts';
import { KAFKA_SECURITY, missingForKafka } from './kafka-settings.ts';
import { localPath } from './local-path.ts';
import { secretFileNames, withSecretFiles } from './secret-files.ts';
import { STORE_SECURITY } from './store-tls.ts';
import { temporalConnection } from './temporal-settings.ts';
import type { TemporalConnection } from './temporal-settings.ts';
import { missingPairs } from './tls-settings.ts';
import { TRACES } from './traces-settings.ts';
import { TWITCH } from './twitch-settings.ts';
import { httpUrl, list, timeZone } from './values.ts';

export { ConfigError } from './config-error.ts';

const listenAddress = z
  .string()
  .regex(/^(\d{1,3}(\.\d{1,3}){3}|\[[\da-f:]+\]):\d{1,5}$/i, 'an IP address and a port, like 127.0.0.1:9464');

const encryptionKey = z
  .string()
  .regex(/^[\da-f]{64}$/i, '64 hexadecimal digits, as `openssl rand -hex 32` prints them');

/** Lines of a collector with such a name may be years old. */
const isImport = (name: string): boolean => name.startsWith(IMPORT_PREFIX);

/**
 * Every variable that Chatlake reads, with its default. Temporal's library reads its own (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`,
 * `TEMPORAL_API_KEY`, `TEMPORAL_TLS…`, `TEMPORAL_PROFILE`), in {@link readConfig}.
 */
const variables = {
  CHATLAKE_INSTALLATION: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,39}$/, '2 to 40 lower-case letters, digits and -, beginning with a letter')
    .default(DEFAULT_INSTALLATION),
  KAFKA_BROKERS: z
    .string()
    .default('127.0.0.1:9092')
    .transform(list)
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d+$/, 'host:port')).min(1)),
  ...KAFKA_SECURITY,
  WEBHDFS_URL: z.string().default('http://127.0.0.1:9870').transform(list).pipe(z.array(httpUrl).min(1)),
  HDFS_USER: z.string().min(1).default('hdfs'),
  ...HDFS_SECURITY,
  HDFS_ROOT: z
    .string()
    .regex(/^(\/[^\s:/]+)+$/, 'an absolute path without a final slash')
    .refine((path) => !/\/\.\.?(\/|$)/.test(path), 'a path without . and ..')
    .optional(),
  HDFS_URL: z
    .string()
    .regex(/^(hdfs|viewfs):\/\/[^\s/]+\/?$/, 'a URL like hdfs://host:8020')
    .optional(),
  PARAMETER_STORE_URL: httpUrl.default('http://127.0.0.1:8180'),
  PARAMETER_STORE_KEY: headerText.min(16, 'at least 16 characters'),
  ...STORE_SECURITY,
  PARAMETER_STORE_LISTEN: listenAddress.default('127.0.0.1:8180'),
  PARAMETER_STORE_ENCRYPTION_KEY: encryptionKey.optional(),
  PARAMETER_STORE_OLD_ENCRYPTION_KEY: encryptionKey.optional(),
  PARAMETER_STORE_HOSTS: z
    .string()
    .default('')
    .transform((text) => list(text.toLowerCase())),
  ...TWITCH,
  COLLECTOR_NAME: z
    .string()
    .regex(/^(?!\.{1,2}$)[\w.-]{1,60}$/, 'letters, digits, _, . and -; it names a directory')
    .refine((name) => !isImport(name), `another beginning than ${IMPORT_PREFIX}, which marks imported lines`)
    .default(
      hostname()
        .replaceAll(/[^\w.-]/g, '-')
        .replace(IMPORT_PREFIX, 'import_')
        .slice(0, 60),
    ),
  COLLECTORS: z
    .string()
    .default('')
    .transform(list)
    .pipe(z.array(z.string().regex(/^[\w.-]{1,60}$/, 'names of letters, digits, _, . and -')).max(8))
    .refine((names) => new Set(names).size === names.length, 'each name once')
    .refine((names) => !names.some(isImport), `no name that begins with ${IMPORT_PREFIX}, which marks imported lines`),
  GAP_FILL_URL: httpUrl
    .refine((url) => !url.includes('@') && !url.includes('?'), 'without a user, a password or a question mark')
    .optional(),
  SPILL_MAX_MB: z.coerce.number().int().min(0).max(1_048_576).default(1024),
  LOAD_ROTATE_SECONDS: z.coerce.number().int().min(1).max(3600).default(20),
  REFINE_ENGINE: z.enum(['duckdb', 'spark']).default('duckdb'),
  SPARK_HOME: localPath.optional(),
  SPARK_MASTER: z
    .string()
    .regex(
      /^(local(\[[\d,*]+\])?|yarn|(spark|k8s):\/\/\S+)$/,
      'local[2], yarn, spark://host:7077 or k8s://https://host:443',
    )
    .default('local[2]'),
  SPARK_PROPERTIES_FILE: localPath.optional(),
  HOURS_WITH_GAPS: z.enum(['wait', 'publish']).default('wait'),
  RED_KEEP_DAYS: z.coerce.number().int().min(8).max(36_500).default(30),
  YELLOW_KEEP_DAYS: z.coerce.number().int().min(9).max(36_500).optional(),
  REPORT_DIR: localPath.prefault('site'),
  REPORT_TIME_ZONE: timeZone.optional(),
  SITE_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATA_DIR: localPath
    .refine(
      (path) => !/[*?[\]=]/.test(path),
      'a path without *, ?, [, ] and =, which DuckDB reads as patterns and partitions',
    )
    .prefault('data'),
  METRICS_ADDRESS: listenAddress.optional(),
  ...TRACES,
  CHATLAKE_BUILD_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'letters, digits, _, . and -')
    .optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
};

const schema = z
  .object(variables)
  .refine(
    // A day of yellow is final once its red is gone.
    ({ RED_KEEP_DAYS: red, YELLOW_KEEP_DAYS: yellow }) => yellow === undefined || yellow > red,
    { path: ['YELLOW_KEEP_DAYS'], error: 'more days than RED_KEEP_DAYS, which is 30 if it is not set' },
  )
  .superRefine((config, context) => {
    for (const { variable, expected } of [...missingPairs(config), ...missingForKafka(config)])
      context.addIssue({ code: 'custom', path: [variable], message: expected });
  });

/** For commands that do not use the parameter store, so that its key may be missing. */
export const UNUSED_STORE_KEY = { PARAMETER_STORE_KEY: 'x'.repeat(16) };

export const VARIABLE_NAMES = [...Object.keys(variables), ...secretFileNames(SECRET_VARIABLES)];

export type Config = Readonly<Omit<z.infer<typeof schema>, 'HDFS_ROOT'>> & {
  /** Default: `/<CHATLAKE_INSTALLATION>`. */
  readonly HDFS_ROOT: string;
  /** Its namespace is by default `default`, or that of another installation than the default one, its name. */
  readonly temporal: TemporalConnection & { readonly namespace: string };
};

const LISTS = new Set([
  ...['KAFKA_BROKERS', 'WEBHDFS_URL', 'TWITCH_ACCOUNTS', 'STREAM_POLL_CHANNELS', 'STREAM_POLL_LANGUAGES', 'COLLECTORS'],
]);
/** Paths may have invisible characters, as in a joined emoji. Other values must not. */
const PATHS = /^(DATA_DIR|REPORT_DIR|SPARK_HOME)$|_(FILE|COMMAND)$/;

/**
 * Reads and validates the environment. Values are cleaned by {@link cleanValue}. A variable that is then empty counts as unset. A secret may
 * be in a file: {@link withSecretFiles}.
 * @throws ConfigError, or Refusal 78 for a file that cannot be read
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const set = withSecretFiles(withOldAccount(cleanVariables(env)), SECRET_VARIABLES);
  const hidden = Object.entries(set).flatMap(([name, value]) => {
    const found = isOurs(name) ? invisibleCharacter(value, PATHS.test(name) ? 'control' : 'any') : undefined;
    return found === undefined ? [] : [invalid(name, `no invisible characters, but it has ${found}`, value)];
  });
  if (hidden.length > 0) throw new ConfigError(hidden.join('\n'));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    // Report only the first issue of each variable: it often causes the others.
    const first = new Map(parsed.error.issues.toReversed().map((issue) => [issue.path[0], issue]));
    const issues = parsed.error.issues.filter((issue) => first.get(issue.path[0]) === issue);
    throw new ConfigError(issues.map((issue) => sentence(issue, set)).join('\n'));
  }
  const { CHATLAKE_INSTALLATION: name, HDFS_ROOT = `/${name}` } = parsed.data;
  const temporal = temporalConnection(set);
  const namespace = temporal.namespace ?? namespaceOf(name);
  return Object.freeze({ ...parsed.data, HDFS_ROOT, temporal: { ...temporal, namespace } });
}

/** For a process that does not use the parameter store. @throws ConfigError */
export const readConfigWithoutStore = (): Config => readConfig({ ...process.env, ...UNUSED_STORE_KEY });

/** The variables that are set. Ours and Temporal's are cleaned. */
export function cleanVariables(env: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const set = Object.entries(env).map(
    ([name, value = '']) => [name, isOurs(name) ? cleaned(name, value) : value] as const,
  );
  return Object.fromEntries(set.filter(([, value]) => value !== ''));
}

function cleaned(name: string, value: string): string {
  return LISTS.has(name) ? cleanValue(value).split(',').map(cleanValue).join(',') : cleanValue(value);
}

function isOurs(name: string): boolean {
  return VARIABLE_NAMES.includes(name) || OLD_NAMES.includes(name) || name.startsWith('TEMPORAL_');
}

function sentence(issue: z.core.$ZodIssue, set: Record<string, string>): string {
  const name = String(issue.path[0]);
  return invalid(name, issue.message, set[name]);
}

/** Makes this process, and those that it starts, bypass proxies for local addresses. */
export function bypassProxiesOnLoopback(env: NodeJS.ProcessEnv = process.env): void {
  Object.assign(env, directToLoopback(env));
  // Node read its proxy variables at the start.
  if (isNodeProxied(env)) http.setGlobalProxyFromEnv?.(env);
}

/** https://nodejs.org/api/http.html#built-in-proxy-support */
function isNodeProxied(env: NodeJS.ProcessEnv): boolean {
  const options = [...process.execArgv, env['NODE_OPTIONS'] ?? ''].join(' ');
  return env['NODE_USE_ENV_PROXY'] === '1' || options.includes('--use-env-proxy');
}

/** What to say about a variable that has a new name; undefined if none is set. */
export const oldNameWarning = (env: NodeJS.ProcessEnv = process.env): string | undefined => oldAccountWarning(env);

/** The task queues of all collectors: one each, or `chat` if COLLECTORS is not set. */
export function chatQueues(config: Pick<Config, 'COLLECTORS'>): string[] {
  return config.COLLECTORS.length === 0 ? [TASK_QUEUES.chat] : config.COLLECTORS.map(chatQueue);
}

/** The task queue of this collector. @throws ConfigError if COLLECTORS does not name it: no chat would ever use its queue */
export function ownChatQueue(config: Pick<Config, 'COLLECTORS' | 'COLLECTOR_NAME'>): string {
  const { COLLECTORS: names, COLLECTOR_NAME: name } = config;
  if (names.length === 0) return TASK_QUEUES.chat;
  if (names.includes(name)) return chatQueue(name);
  throw new ConfigError(
    `Expected COLLECTOR_NAME to be one of COLLECTORS (${names.join(', ')}), got \`${name}\`. Give each collector process one of these names, or add this one.`,
  );
}
