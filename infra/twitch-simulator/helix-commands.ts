import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ControlParts } from './control-routes.ts';
import { FAULT_KINDS } from './faults.ts';
import type { FaultKind } from './faults.ts';

/** Commands for the answers of Helix. */
export function helixCommands({ faults, odd }: ControlParts) {
  return async function register(app: FastifyInstance): Promise<void> {
    app.post('/faults', async (request, reply) => {
      const { kind, count = 1 } = request.body as { kind: FaultKind; count?: number };
      if (!FAULT_KINDS.includes(kind)) return unknownKind(reply, kind);
      faults.add(kind, count);
      return { kind, count };
    });

    app.post('/faults/storm', async (request, reply) => {
      const { kind, forMs } = request.body as { kind: FaultKind; forMs: number };
      if (!FAULT_KINDS.includes(kind)) return unknownKind(reply, kind);
      faults.storm(kind, forMs);
      return { kind, forMs };
    });

    app.post('/streams/odd', async (request) => {
      const { share } = request.body as { share: number };
      odd.setShare(share);
      return { share };
    });
  };
}

function unknownKind(reply: FastifyReply, kind: unknown): FastifyReply {
  return reply
    .code(400)
    .send({ message: `Expected "kind" to be one of ${FAULT_KINDS.join(', ')}, got ${String(kind)}.` });
}
