import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ControlParts } from './control-routes.ts';
import { faultKinds } from './faults.ts';
import type { FaultKind } from './faults.ts';

/** What is done to the answers of Helix. */
export function helixOrders({ faults, odd }: ControlParts) {
  return async function register(app: FastifyInstance): Promise<void> {
    app.post('/faults', async (request, reply) => {
      const { kind, count = 1 } = request.body as { kind: FaultKind; count?: number };
      if (!faultKinds.includes(kind)) return unknownKind(reply, kind);
      faults.order(kind, count);
      return { kind, count };
    });

    app.post('/faults/storm', async (request, reply) => {
      const { kind, forMs } = request.body as { kind: FaultKind; forMs: number };
      if (!faultKinds.includes(kind)) return unknownKind(reply, kind);
      faults.storm(kind, forMs);
      return { kind, forMs };
    });

    app.post('/streams/odd', async (request) => {
      const { share } = request.body as { share: number };
      odd.order(share);
      return { share };
    });
  };
}

function unknownKind(reply: FastifyReply, kind: unknown): FastifyReply {
  return reply
    .code(400)
    .send({ message: `Expected "kind" to be one of ${faultKinds.join(', ')}, got ${String(kind)}.` });
}
