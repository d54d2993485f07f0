import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jarsOf } from '../../infra/local/builds.ts';
import { javaFlags, javaProgram } from '../../infra/local/java.ts';
import { isFree } from '../../common/free-port.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startServer } from '../../infra/local/server.ts';
import type { Kerberos } from './secure-hdfs.ts';

const REALM = 'EXAMPLE.COM';

/** HttpFS and a KDC, from Maven Central. */
export function hadoopExtras(): Promise<string> {
  const jars = {
    name: 'extras',
    entry: 'hadoop-extras-3.4.2',
    proof: 'hadoop-minikdc-3.4.2.jar',
    variable: 'WEBHDFS_URL',
  };
  return jarsOf(new URL('hadoop-extras', import.meta.url), jars, silentProgress);
}

/** A real KDC, with the principals of HDFS and `collector`, who is its superuser. */
export async function startKdc(directory: string): Promise<{ kerberos: Kerberos; stop: () => Promise<void> }> {
  const keytab = join(directory, 'all.keytab');
  const settingsFile = join(directory, 'work', 'krb5.conf');
  const { stop } = await startServer<'kdc', { port: string }>(
    {
      name: 'kdc',
      ports: ['kdc'],
      prepare: async (place, ports) => {
        const jars = await hadoopExtras();
        mkdirSync(join(place, 'work'), { recursive: true });
        const properties = {
          'org.name': 'EXAMPLE',
          'org.domain': 'COM',
          'kdc.bind.address': 'localhost',
          'kdc.port': ports.kdc,
          instance: 'test',
          transport: 'TCP',
          'max.ticket.lifetime': 86_400_000,
          'max.renewable.lifetime': 604_800_000,
          debug: false,
        };
        const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
        writeFileSync(join(place, 'kdc.properties'), lines.join(''));
        const principals = ['collector', 'hdfs/localhost', 'HTTP/localhost'];
        const args = ['org.apache.hadoop.minikdc.MiniKdc', 'work', 'kdc.properties', keytab, ...principals];
        return [
          {
            name: 'kdc',
            program: javaProgram(''),
            args: [...javaFlags(128), '-cp', `${jars}/*`, ...args],
            cwd: place,
            logFile: join(place, 'kdc.log'),
          },
        ];
      },
      request: async ({ port }) => {
        if (!existsSync(keytab) || (await isFree(Number(port)))) throw new Error('the KDC has no keytab yet');
      },
      requestName: 'a connection',
      address: (ports) => ({ port: String(ports.kdc) }),
      remedy: () => '',
    },
    { directory, log: silentProgress },
  );
  const principal = (name: string): string => `${name}/localhost@${REALM}`;
  const secretFile = join(directory, 'signature-secret');
  writeFileSync(secretFile, 'signs cookies');
  const settings = {
    'hadoop.security.authentication': 'kerberos',
    'hadoop.security.authorization': true,
    'hadoop.security.auth_to_local': 'RULE:[1:$1](collector)s/.*/hdfs/ DEFAULT',
    'dfs.block.access.token.enable': true,
    'dfs.data.transfer.protection': 'authentication',
    'dfs.namenode.kerberos.principal': principal('hdfs'),
    'dfs.namenode.keytab.file': keytab,
    'dfs.datanode.kerberos.principal': principal('hdfs'),
    'dfs.datanode.keytab.file': keytab,
    'dfs.web.authentication.kerberos.principal': principal('HTTP'),
    'dfs.web.authentication.kerberos.keytab': keytab,
    'hadoop.http.filter.initializers': 'org.apache.hadoop.hdfs.web.AuthFilterInitializer',
    'hadoop.http.authentication.type': 'kerberos',
    'hadoop.http.authentication.kerberos.principal': principal('HTTP'),
    'hadoop.http.authentication.kerberos.keytab': keytab,
    'hadoop.http.authentication.signature.secret.file': secretFile,
  };
  // As docs/deploying.md has it. The first NameNode is away.
  const tokenScript = (url: string, caFile: string): string => `#!/bin/sh
export KRB5_CONFIG='${settingsFile}' KRB5_CLIENT_KTNAME='${keytab}' KRB5CCNAME='${join(directory, 'tickets')}'
for node in https://localhost:1 ${url}; do
  curl -sS --fail --max-time 10 --cacert '${caFile}' --negotiate -u : "$node/webhdfs/v1/?op=GETDELEGATIONTOKEN&renewer=collector" && break
done | sed 's/.*"urlString":"//; s/".*//'
`;
  const fetchToken = async (url: string, caFile: string): Promise<string> => {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', tokenScript(url, caFile)]);
    return stdout.trim();
  };
  const javaArgs = [`-Djava.security.krb5.conf=${settingsFile}`];
  return { kerberos: { settings, javaArgs, tokenScript, fetchToken }, stop };
}
