import type { HdfsAddress } from '../activities/hdfs/access.ts';
import { silentLog } from '../common/log.ts';
import type { Log } from '../common/log.ts';
import { ConfigError } from './config-error.ts';
import { localPath } from './local-path.ts';
import { checkedTls } from './tls-settings.ts';
import { createTokenCommand } from './token-command.ts';
import { readTokenFile } from './token-file.ts';

/** The variables for NameNodes that demand TLS or a login. */
export const HDFS_SECURITY = {
  HDFS_TLS_CA_FILE: localPath.optional(),
  HDFS_DELEGATION_TOKEN_FILE: localPath.optional(),
  HDFS_DELEGATION_TOKEN_COMMAND: localPath.optional(),
};

interface HdfsSettings {
  readonly WEBHDFS_URL: readonly string[];
  readonly HDFS_USER: string;
  readonly HDFS_TLS_CA_FILE?: string | undefined;
  readonly HDFS_DELEGATION_TOKEN_FILE?: string | undefined;
  readonly HDFS_DELEGATION_TOKEN_COMMAND?: string | undefined;
}

/**
 * The NameNodes, TLS and the login for all requests to HDFS.
 * @throws ConfigError if the file of HDFS_TLS_CA_FILE or the program of HDFS_DELEGATION_TOKEN_COMMAND cannot be used
 */
export function hdfsAddressOf(settings: HdfsSettings, log: Log = silentLog): HdfsAddress {
  const { HDFS_TLS_CA_FILE: ca } = settings;
  return {
    urls: settings.WEBHDFS_URL,
    user: settings.HDFS_USER,
    ...(ca === undefined ? {} : { readTls: checkedTls('HDFS', { ca }) }),
    ...tokenOf(settings, log),
  };
}

function tokenOf(settings: HdfsSettings, log: Log): Pick<HdfsAddress, 'readToken' | 'refuseToken'> {
  const { HDFS_DELEGATION_TOKEN_FILE: file, HDFS_DELEGATION_TOKEN_COMMAND: program } = settings;
  if (file !== undefined && program !== undefined)
    throw new ConfigError(
      'Expected HDFS_DELEGATION_TOKEN_FILE or HDFS_DELEGATION_TOKEN_COMMAND, got both. Unset one of them.',
    );
  if (file !== undefined) return { readToken: () => readTokenFile('HDFS_DELEGATION_TOKEN_FILE', file) };
  if (program === undefined) return {};
  const { read, refuse } = createTokenCommand('HDFS_DELEGATION_TOKEN_COMMAND', program, log);
  return { readToken: read, refuseToken: refuse };
}
