import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy } from './fault-proxy.ts';

/** A real broker behind a proxy. Its answers name the proxy, so clients never learn the broker's own address. */
export async function startFaultyKafka(broker: string): Promise<FaultProxy> {
  const [host = '', port = ''] = broker.split(':');
  const proxy = await startFaultProxy({ host, port: Number(port) });
  proxy.rewrite = { from: inAnswers(broker), to: inAnswers(`127.0.0.1:${proxy.port}`) };
  return proxy;
}

/** A broker as in Kafka's answers: the host as text and the port in four bytes. */
function inAnswers(address: string): string {
  const [host = '', port = ''] = address.split(':');
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Number(port));
  return host + bytes.toString('latin1');
}
