import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runToEnd } from '../../common/guarded-process.ts';
import { DATA_NODE, NAME_NODE, hadoopCommands } from '../../infra/local/hdfs-server.ts';
import { hadoopXml, nodeSettings } from '../../infra/local/hdfs-settings.ts';
import type { HadoopSettings, HdfsPort } from '../../infra/local/hdfs-settings.ts';
import { javaProgram } from '../../infra/local/java.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startServer } from '../../infra/local/server.ts';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { silentLog } from '../../common/log.ts';
import { tlsReader } from '../../common/tls-files.ts';

const STORE_PASSWORD = 'changeit';

/** A real HDFS that speaks HTTPS only. */
export interface SecureHdfs {
  url: string;
  user: string;
  /** The file with the certificate of both nodes, in PEM. */
  caFile: string;
  stop(): Promise<void>;
}

/** What a login with Kerberos adds. */
export interface Kerberos {
  settings: HadoopSettings;
  javaArgs: readonly string[];
  /** A script that logs in, and prints a delegation token from a NameNode. */
  tokenScript(url: string, caFile: string): string;
  /** Runs that script. */
  fetchToken(url: string, caFile: string): Promise<string>;
}

export async function startSecureHdfs(directory: string, kerberos?: Kerberos): Promise<SecureHdfs> {
  const caFile = join(directory, 'node.pem');
  const { address, stop } = await startServer<HdfsPort, { url: string; user: string }>(
    {
      name: 'secure-hdfs',
      ports: ['nameNodeRpc', 'nameNodeHttp', 'dataNodeData', 'dataNodeHttp', 'dataNodeIpc'],
      prepare: async (place, ports) => {
        const settings = {
          ...nodeSettings(`file://${place}`, ports),
          'fs.defaultFS': `hdfs://localhost:${ports.nameNodeRpc}`,
          'dfs.namenode.rpc-address': `localhost:${ports.nameNodeRpc}`,
          'dfs.datanode.hostname': 'localhost',
          'dfs.http.policy': 'HTTPS_ONLY',
          'dfs.namenode.https-address': `localhost:${ports.nameNodeHttp}`,
          'dfs.datanode.https.address': `localhost:${ports.dataNodeHttp}`,
          ...kerberos?.settings,
        };
        const run = await hadoopCommands(place, { settings, user: 'hdfs', log: silentProgress });
        makeCertificate(place, caFile);
        const spec = (name: string, heap: number, main: string, ...args: string[]) => {
          const command = run(heap, main, ...args);
          const javaArgs = kerberos?.javaArgs ?? [];
          return { name, ...command, args: [...javaArgs, ...command.args], logFile: join(place, `${name}.log`) };
        };
        await runToEnd('formatting HDFS', spec('namenode', 128, NAME_NODE, '-format', '-force', '-nonInteractive'));
        return [spec('namenode', 256, NAME_NODE), spec('datanode', 256, DATA_NODE)];
      },
      request: async ({ url, user }) => {
        const login = kerberos === undefined ? {} : { readToken: () => kerberos.fetchToken(url, caFile) };
        const readTls = tlsReader({ ca: caFile });
        const hdfs = createHdfs({ urls: [url], user, ...login, readTls, log: silentLog, patienceMs: 0 });
        await hdfs.writeText(`/tmp/${crypto.randomUUID()}`, 'x', { createParent: true });
      },
      requestName: 'a WebHDFS CREATE with 201',
      address: (ports) => ({ url: `https://localhost:${ports.nameNodeHttp}`, user: 'hdfs' }),
      remedy: () => '',
    },
    { directory, log: silentProgress },
  );
  return { ...address, caFile, stop };
}

/** Makes the key and the certificate of the nodes with the JDK's own tool. */
function makeCertificate(directory: string, file: string): void {
  const keytool = join(dirname(javaProgram('')), 'keytool');
  const store = join(directory, 'node.p12');
  const common = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD, '-alias', 'node'];
  const names = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=ip:127.0.0.1,dns:localhost'];
  execFileSync(keytool, ['-genkeypair', '-keyalg', 'RSA', '-validity', '1', ...names, ...common], { stdio: 'ignore' });
  execFileSync(keytool, ['-exportcert', '-rfc', '-file', file, ...common], { stdio: 'ignore' });
  const settings = {
    'ssl.server.keystore.type': 'PKCS12',
    'ssl.server.keystore.location': store,
    'ssl.server.keystore.password': STORE_PASSWORD,
    'ssl.server.keystore.keypassword': STORE_PASSWORD,
  };
  writeFileSync(join(directory, 'conf', 'ssl-server.xml'), hadoopXml(settings));
}
