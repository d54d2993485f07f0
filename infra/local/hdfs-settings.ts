import { join } from 'node:path';
import type { Ports } from './ports.ts';

export type HdfsPort = 'nameNodeRpc' | 'nameNodeHttp' | 'dataNodeData' | 'dataNodeHttp' | 'dataNodeIpc';

/** Without these lines Hadoop logs nothing, not even why it did not start. */
export const LOG4J_PROPERTIES = `log4j.rootLogger=WARN, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`;

/**
 * The settings of both nodes. The three retry values avoid delays of seconds at the start and in small writes. The last one applies to
 * the DataNode, which is the HDFS client in a WebHDFS write: it shortens a small write from 400 ms to 25 ms. `http.staticuser` is not
 * set, so requests without `user.name` fail.
 */
export function nodeSettings(directory: string, ports: Ports<HdfsPort>): HadoopSettings {
  const loopback = (name: HdfsPort) => `127.0.0.1:${ports[name]}`;
  return {
    'fs.defaultFS': `hdfs://${loopback('nameNodeRpc')}`,
    'hadoop.tmp.dir': join(directory, 'tmp'),
    'ipc.client.connect.retry.interval': 100,
    'ipc.client.connect.max.retries': 100,
    'dfs.namenode.name.dir': join(directory, 'namenode'),
    'dfs.datanode.data.dir': join(directory, 'datanode'),
    'dfs.namenode.rpc-address': loopback('nameNodeRpc'),
    'dfs.namenode.http-address': loopback('nameNodeHttp'),
    'dfs.datanode.address': loopback('dataNodeData'),
    'dfs.datanode.http.address': loopback('dataNodeHttp'),
    'dfs.datanode.ipc.address': loopback('dataNodeIpc'),
    'dfs.datanode.hostname': '127.0.0.1',
    'dfs.namenode.datanode.registration.ip-hostname-check': false,
    // Otherwise a page in a browser on this machine could change files. Requests from browsers need a header that a page must not send to
    // another host without permission. Other programs do not need it.
    'dfs.webhdfs.rest-csrf.enabled': true,
    'dfs.replication': 1,
    'dfs.namenode.safemode.extension': 0,
    'dfs.namenode.fs-limits.min-block-size': 1024,
    'dfs.heartbeat.interval': 1,
    'dfs.blockreport.initialDelay': 0,
    'dfs.namenode.handler.count': 4,
    'dfs.datanode.handler.count': 4,
    'dfs.client.block.write.locateFollowingBlock.initial.delay.ms': 10,
  };
}

export type HadoopSettings = Readonly<Record<string, string | number | boolean>>;

/** A file of settings, as Hadoop reads it. */
export function hadoopXml(settings: HadoopSettings): string {
  const properties = Object.entries(settings).map(
    ([name, value]) => `  <property><name>${name}</name><value>${escapeXml(String(value))}</value></property>\n`,
  );
  return `<?xml version="1.0"?>\n<configuration>\n${properties.join('')}</configuration>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
