/** The variables whose values are secrets. */
export const SECRET_VARIABLES = [
  'PARAMETER_STORE_KEY',
  'PARAMETER_STORE_ENCRYPTION_KEY',
  'PARAMETER_STORE_OLD_ENCRYPTION_KEY',
  'TWITCH_CLIENT_SECRET',
] as const;

/** The environment without secrets, and without the variables that name their files. */
export function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSecret = (name: string): boolean =>
    SECRET_VARIABLES.some((secret) => [secret, `${secret}_FILE`].includes(name));
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSecret(name)));
}
