/** What a proxy never serves: this machine. */
const LOOPBACK = ['127.0.0.1', 'localhost', '::1', '[::1]'];

/** The variables that name what is not sent to a proxy; gRPC's own wins over the other two where it is set. */
const NO_PROXY = ['NO_PROXY', 'no_proxy'];

/**
 * What the environment lacks so that whatever runs in it talks to this machine directly: Node and its libraries, Java, Go and gRPC all
 * read one of these variables. Who has set `*` sends nothing to a proxy as it is.
 */
export function directToLoopback(env: Readonly<NodeJS.ProcessEnv>): Record<string, string> {
  const lacking: Record<string, string> = {};
  // One spelling stands in for the other, so that adding to it takes nothing away.
  const common = env['NO_PROXY'] || env['no_proxy'] || '';
  for (const name of [...NO_PROXY, ...(env['no_grpc_proxy'] ? ['no_grpc_proxy'] : [])]) {
    const listed = (env[name] || common).split(/[\s,]+/).filter((host) => host !== '');
    if (listed.includes('*')) continue;
    const all = [...new Set([...listed, ...LOOPBACK])].join(',');
    if (all !== env[name]) lacking[name] = all;
  }
  return lacking;
}

/** Channel options by which gRPC passes over a proxy where the address is of this machine. */
export function directArgs(address: string): { 'grpc.enable_http_proxy'?: 0 } {
  return /^(127\.|localhost[:.]|localhost$|\[?::1\]?)/i.test(address) ? { 'grpc.enable_http_proxy': 0 } : {};
}
