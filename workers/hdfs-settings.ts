import type { HdfsAddress } from '../activities/hdfs/access.ts';
import { localPath } from './local-path.ts';
import { checkedTls } from './tls-settings.ts';
import { readTokenFile } from './token-file.ts';

/** The variables for NameNodes that demand TLS or a login. */
export const HDFS_SECURITY = {
  HDFS_TLS_CA_FILE: localPath.optional(),
  HDFS_DELEGATION_TOKEN_FILE: localPath.optional(),
};

interface HdfsSettings {
  readonly WEBHDFS_URL: readonly string[];
  readonly HDFS_USER: string;
  readonly HDFS_TLS_CA_FILE?: string | undefined;
  readonly HDFS_DELEGATION_TOKEN_FILE?: string | undefined;
}

/**
 * The NameNodes, TLS and the login for all requests to HDFS.
 * @throws ConfigError if the file of HDFS_TLS_CA_FILE cannot be used
 */
export function hdfsAddressOf(settings: HdfsSettings): HdfsAddress {
  const { HDFS_TLS_CA_FILE: ca, HDFS_DELEGATION_TOKEN_FILE: tokenFile } = settings;
  return {
    urls: settings.WEBHDFS_URL,
    user: settings.HDFS_USER,
    ...(ca === undefined ? {} : { readTls: checkedTls('HDFS', { ca }) }),
    ...(tokenFile === undefined ? {} : { readToken: () => readTokenFile('HDFS_DELEGATION_TOKEN_FILE', tokenFile) }),
  };
}
