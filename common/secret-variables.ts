/** The variables whose values are secrets. Each may be in a file instead, named by the variable with `_FILE` at its end. */
export const SECRET_VARIABLES: readonly string[] = [
  'KAFKA_PASSWORD',
  'PARAMETER_STORE_KEY',
  'PARAMETER_STORE_ENCRYPTION_KEY',
  'PARAMETER_STORE_OLD_ENCRYPTION_KEY',
  'TWITCH_CLIENT_SECRET',
];

/** OpenTelemetry's library reads these itself. They have keys of a collector of traces. */
const OTEL_HEADERS = /^OTEL_EXPORTER_OTLP_([A-Z]+_)?HEADERS$/;

export const isSecretVariable = (name: string): boolean => SECRET_VARIABLES.includes(name) || OTEL_HEADERS.test(name);

/** The environment without secrets, and without the variables that name their files. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSecretVariable(name.replace(/_FILE$/, ''))));
}
