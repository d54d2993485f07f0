import { OLD_NAMES } from './account-names.ts';
import { VARIABLE_NAMES } from './config.ts';
import { nearest } from '../common/nearest.ts';

/** The variables of Temporal's library, and TEMPORAL_UI_URL, which the launcher of the local servers reads. */
export const TEMPORAL_NAMES = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_UI_URL',
  'TEMPORAL_API_KEY',
  'TEMPORAL_PROFILE',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_CODEC_ENDPOINT',
  'TEMPORAL_CODEC_AUTH',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_DATA',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
] as const;

/** Read by Docker Compose, which replaces them in infra/compose*.yaml. The same `.env` may serve it. */
export const COMPOSE_NAMES = [
  'CHATLAKE_IMAGE',
  'CHATLAKE_SITE_IMAGE',
  'CLUSTER_FILES',
  'NODE_IMAGE',
  'NGINX_IMAGE',
  'PARAMETER_STORE_PORT',
] as const;

/**
 * For the local Temporal: unsets settings for another Temporal, such as a key and a certificate of Temporal Cloud. The namespace stays, because it
 * is created in the local Temporal.
 */
export const WITHOUT_OTHER_TEMPORALS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(TEMPORAL_NAMES.filter((name) => name !== 'TEMPORAL_NAMESPACE').map((name) => [name, ''])),
  // Temporal's library ignores a missing file, and fails on an empty one.
  TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml',
};

/** For the local Kafka and HDFS: unsets TLS and logins of other clusters. */
export const WITHOUT_OTHER_KAFKA = unset(/^KAFKA_(?!BROKERS$)/);
export const WITHOUT_OTHER_HDFS = unset(/^HDFS_(TLS|DELEGATION)_/);

function unset(names: RegExp): Readonly<Record<string, string>> {
  return Object.fromEntries(VARIABLE_NAMES.filter((name) => names.test(name)).map((name) => [name, '']));
}

const READ = [...VARIABLE_NAMES, ...OLD_NAMES, ...TEMPORAL_NAMES, ...COMPOSE_NAMES];
/** Read by the system, Node, Java, Go, Maven, gRPC, Hadoop and Spark, which inherit the environment. */
const READ_BY_OTHERS =
  /^(PATH|HOME|USER|SHELL|TZ|LANG|LANGUAGE|TMPDIR|EDITOR|TERM|CI|NO_COLOR|FORCE_COLOR|DO_NOT_TRACK|M2_HOME|_JAVA_OPTIONS|YARN_CONF_DIR|SPARK_CONF_DIR|SPARK_LOCAL_DIRS|SPARK_LOCAL_IP)$|^(LC|NODE|NPM|XDG|JAVA|JDK|MAVEN|MVN|SSL_CERT|OTEL|GRPC|RUST|HADOOP|PYSPARK)_|^GO[A-Z0-9]*$|^([A-Z]+_)*PROXY$|^npm_|^TEMPORAL_GRPC_META_/;
/** Prefixes that only Chatlake uses. */
const OWN = /^(TWITCH|STREAM_POLL|PARAMETER_STORE|WEBHDFS|KAFKA_TLS|CHATLAKE|SPILL|COLLECTORS?)_/i;

/** A variable that nothing reads, and the variable that was probably meant. */
export interface UnknownVariable {
  name: string;
  meant: string | undefined;
}

/** The variables of `.env` that nothing reads: neither Chatlake nor a process that inherits the environment. */
export function unknownInFile(names: readonly string[]): UnknownVariable[] {
  return unread(names).filter(({ name }) => !READ_BY_OTHERS.test(name) && !READ_BY_OTHERS.test(name.toUpperCase()));
}

/** The unread variables of the environment that were probably meant for Chatlake: by their prefix, or because they resemble one of ours. */
export function unknownInEnvironment(names: readonly string[]): UnknownVariable[] {
  return unread(names).filter(({ name, meant }) => OWN.test(name) || (meant !== undefined && isClose(name, meant)));
}

function unread(names: readonly string[]): UnknownVariable[] {
  return names.filter((name) => !READ.includes(name)).map((name) => ({ name, meant: nearest(name, READ) }));
}

/** Other programs have similar variables: `DATADIR` means DATA_DIR, but `LOG_LEVELS` may belong to another program. */
function isClose(name: string, meant: string): boolean {
  const letters = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z]/g, '');
  return letters(name) === letters(meant) || (meant.length > 10 && !READ_BY_OTHERS.test(name));
}
