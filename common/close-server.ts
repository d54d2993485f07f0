import type { Server } from 'node:http';

const GRACE_MS = 2_000;

/** Stops listening. Open requests have {@link GRACE_MS}; then their connections are closed. */
export async function closeServer(app: {
  server: Pick<Server, 'closeAllConnections'>;
  close(): Promise<unknown>;
}): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}
