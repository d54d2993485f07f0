/** The name of an installation that sets no CHATLAKE_INSTALLATION. */
export const DEFAULT_INSTALLATION = 'chatlake';

/** Temporal's namespace, if none is set: `default`, or the name of another installation than the default one. */
export function namespaceOf(installation: string): string {
  return installation === DEFAULT_INSTALLATION ? 'default' : installation;
}
