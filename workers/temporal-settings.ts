import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import { ConfigError, invalid } from './config-error.ts';

/** The address and connection options of Temporal, as Temporal's library read them. */
export type TemporalConnection = ReturnType<typeof toClientOptions>;

/** Reads Temporal's own variables and its configuration file. @throws ConfigError */
export function temporalConnection(set: Record<string, string>): TemporalConnection {
  const address = set['TEMPORAL_ADDRESS'];
  if (address !== undefined && !/^[^\s/]+:\d+$/.test(address))
    throw new ConfigError(invalid('TEMPORAL_ADDRESS', 'host:port, without http://', address));
  try {
    const profile = loadClientConfigProfile({ overrideEnvVars: set });
    const options = toClientOptions(profile);
    const { clientCert, clientKey } = profile.tls ?? {};
    // The library would connect without both.
    if (clientCert !== undefined && clientKey === undefined)
      throw new Error('a certificate needs its key: set TEMPORAL_TLS_CLIENT_KEY_PATH');
    if (clientCert === undefined && clientKey !== undefined)
      throw new Error('a key needs its certificate: set TEMPORAL_TLS_CLIENT_CERT_PATH');
    return options;
  } catch (error) {
    // The library throws a TypeError for a file without a profile.
    const why =
      error instanceof TypeError ? 'its configuration file has no [profile.default]' : (error as Error).message;
    throw new ConfigError(
      `The variables of Temporal (TEMPORAL_…) are invalid: ${why}. Correct them in the environment, in .env or in Temporal’s configuration file.`,
    );
  }
}
