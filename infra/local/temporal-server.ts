import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { temporalProgram } from './builds.ts';
import { directArgs } from '../../common/loopback.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';

export interface TemporalAddress {
  address: string;
  uiUrl: string;
}

/**
 * Temporal's development server on a SQLite file, with its web UI. The history cache holds the histories of 10,000 chat workflows and
 * more; WAL with synchronous NORMAL keeps what was answered through any crash of the process.
 */
export function startTemporalServer(options: ServerOptions): Promise<RunningServer<TemporalAddress>> {
  const kind: ServerKind<'grpc' | 'ui', TemporalAddress> = {
    name: 'temporal',
    ports: ['grpc', 'ui'],
    prepare: async (directory, ports) => {
      const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'];
      args.push('--port', String(ports.grpc), '--ui-port', String(ports.ui));
      // Relative to the directory, whose name may hold what a database's URL takes for something else.
      args.push('--db-filename', 'temporal.db');
      args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
      args.push('--dynamic-config-value', 'history.hostLevelCacheMaxSize=40000');
      args.push('--dynamic-config-value', 'frontend.WorkerHeartbeatsEnabled=true');
      // Priorities, which this version has switched off; within one partition, for they do not hold across several.
      args.push('--dynamic-config-value', 'matching.useNewMatcher=true');
      for (const kind of ['Read', 'Write'])
        args.push('--dynamic-config-value', `matching.numTaskqueue${kind}Partitions=1`);
      // The frontend's HTTP port would take what any page in a browser on this machine sends, and start or end workflows. Nobody here uses it.
      args.push('--dynamic-config-value', 'frontend.httpAllowedHosts=["nobody.invalid"]');
      const program = await temporalProgram(options.log);
      return [{ name: 'temporal', program, args, cwd: directory, logFile: join(directory, 'temporal.log') }];
    },
    request: ({ address }) => namespaceRequest(address),
    requestName: 'a request for its namespace',
    address: (ports) => ({ address: `127.0.0.1:${ports.grpc}`, uiUrl: `http://127.0.0.1:${ports.ui}` }),
    remedy: (directory) =>
      `Where its database is damaged, rename ${join(directory, 'temporal.db')} and those beside it: Temporal begins anew, without histories and pauses; the lake is not in it. Or set TEMPORAL_ADDRESS to a server that runs already.`,
  };
  return startServer(kind, options);
}

/** Resolves when the frontend answers and knows the namespace. A server on this machine is asked directly, whatever proxy is set. */
export async function namespaceRequest(
  address: string,
  namespace = 'default',
  options: ConnectionOptions = {},
): Promise<void> {
  const connection = await Connection.connect({
    ...options,
    address,
    connectTimeout: 5_000,
    channelArgs: directArgs(address),
  });
  try {
    await connection.withDeadline(Date.now() + 5_000, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}
