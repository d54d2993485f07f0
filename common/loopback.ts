/** This machine, which no proxy should serve. */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1', '[::1]'];

/** The variables with the hosts that bypass proxies. gRPC's own variable (`no_grpc_proxy`) has precedence if it is set. */
const NO_PROXY = ['NO_PROXY', 'no_proxy'];

/**
 * The variables to set so that programs in this environment connect to this machine directly. Node, Java, Go and gRPC each read one of them.
 * With `*`, nothing uses a proxy anyway.
 */
export function directToLoopback(env: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const changes: Record<string, string> = {};
  // If one spelling is empty, use the other, so that adding hosts removes none.
  const common = env['NO_PROXY'] || env['no_proxy'] || '';
  for (const name of [...NO_PROXY, ...(env['no_grpc_proxy'] ? ['no_grpc_proxy'] : [])]) {
    const listed = (env[name] || common).split(/[\s,]+/).filter((host) => host !== '');
    if (listed.includes('*')) continue;
    const all = [...new Set([...listed, ...LOOPBACK])].join(',');
    if (all !== env[name]) changes[name] = all;
  }
  return changes;
}

/** Channel options that make gRPC bypass proxies for an address of this machine. */
export function directArgs(address: string): { 'grpc.enable_http_proxy'?: 0 } {
  return /^(127\.|localhost[:.]|localhost$|\[?::1\]?)/i.test(address) ? { 'grpc.enable_http_proxy': 0 } : {};
}
