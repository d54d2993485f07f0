import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { temporalProgram } from './builds.ts';
import { directArgs } from '../../common/loopback.ts';
import { keptPorts } from './ports.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';

export interface TemporalAddress {
  address: string;
  uiUrl: string;
}

/**
 * Starts Temporal's development server on a SQLite file, with its web UI. The history cache has room for 10,000 chat workflows. WAL with
 * synchronous NORMAL loses no acknowledged write when the process crashes.
 */
export function startTemporalServer(options: ServerOptions): Promise<RunningServer<TemporalAddress>> {
  const kind: ServerKind<'grpc' | 'ui', TemporalAddress> = {
    name: 'temporal',
    ports: ['grpc', 'ui'],
    prepare: async (directory, ports) => {
      const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'];
      args.push('--port', String(ports.grpc), '--ui-port', String(ports.ui));
      // A relative path: the name of the directory may contain characters with a meaning in a database URL.
      args.push('--db-filename', 'temporal.db');
      args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
      args.push('--dynamic-config-value', 'history.hostLevelCacheMaxSize=40000');
      args.push('--dynamic-config-value', 'frontend.WorkerHeartbeatsEnabled=true');
      // Enables priorities, which are off in this version. They work within a partition only, so there is one.
      args.push('--dynamic-config-value', 'matching.useNewMatcher=true');
      for (const kind of ['Read', 'Write'])
        args.push('--dynamic-config-value', `matching.numTaskqueue${kind}Partitions=1`);
      // Disables the HTTP port of the frontend, which we do not use: any page in a local browser could start and stop workflows through it.
      args.push('--dynamic-config-value', 'frontend.httpAllowedHosts=["nobody.invalid"]');
      const program = await temporalProgram(options.log);
      return [{ name: 'temporal', program, args, cwd: directory, logFile: join(directory, 'temporal.log') }];
    },
    request: ({ address }) => namespaceRequest(address),
    requestName: 'a request for its namespace',
    address: (ports) => ({ address: `127.0.0.1:${ports.grpc}`, uiUrl: `http://127.0.0.1:${ports.ui}` }),
    remedy: (directory) =>
      `If its database is damaged, rename ${join(directory, 'temporal.db')} and the files beside it. Temporal then starts without histories and pauses; collected data is not affected. Or set TEMPORAL_ADDRESS to a running server.`,
  };
  return startServer(kind, options);
}

/** Resolves if the frontend answers and has the namespace. Requests to this machine bypass proxies. */
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

/** The address of the Temporal that was last started in the directory, by any process; undefined if none was. It may have been stopped. */
export function lastTemporalAddress(directory: string): string | undefined {
  const port = keptPorts(join(directory, 'ports.json'))['grpc'];
  return port === undefined ? undefined : `127.0.0.1:${port}`;
}
