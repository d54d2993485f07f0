import { join } from 'node:path';
import type { Ports } from './ports.ts';

export type HdfsPort = 'nameNodeRpc' | 'nameNodeHttp' | 'dataNodeData' | 'dataNodeHttp' | 'dataNodeIpc';

/** Without these lines Hadoop says nothing at all, not even why it could not start. */
export const LOG4J_PROPERTIES = `log4j.rootLogger=WARN, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`;

/**
 * One set of settings for both nodes. The three retry values keep a start and a small write from losing whole seconds: the last is read
 * by the DataNode, which is HDFS's client in a WebHDFS write, and takes such a write from 400 ms to 25 ms. `http.staticuser` is left
 * alone on purpose: a request without `user.name` is refused, so that a forgotten parameter shows.
 */
export function siteXml(directory: string, ports: Ports<HdfsPort>): string {
  const loopback = (name: HdfsPort) => `127.0.0.1:${ports[name]}`;
  const settings = {
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
    // A page in a browser on this machine could change files otherwise. What the browsers send of themselves gives them away; a header
    // that no page may send to another host without leave lets them through, and programs are not asked for it.
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
  const properties = Object.entries(settings).map(
    ([name, value]) => `  <property><name>${name}</name><value>${escapeXml(String(value))}</value></property>\n`,
  );
  return `<?xml version="1.0"?>\n<configuration>\n${properties.join('')}</configuration>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
