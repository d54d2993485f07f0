import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../common/free-port.ts';
import { withPorts } from '../../../infra/local/ports.ts';
import { temporaryDirectories } from './temporary-directory.ts';

describe('withPorts(directory, names, start)', () => {
  const directory = temporaryDirectories();
  const names = ['broker', 'controller'] as const;
  const choose = (place: string) => withPorts(place, names, async (ports) => ports);

  it('chooses ports, and uses them again the next time', async () => {
    const place = directory();
    const first = await choose(place);
    assert.notEqual(first.broker, first.controller);
    assert.deepEqual(await choose(place), first);
    assert.deepEqual(JSON.parse(readFileSync(join(place, 'ports.json'), 'utf8')), first);
  });

  it('replaces a port that is taken, and keeps the other', async () => {
    const place = directory();
    await using taken = await listening();
    const kept = await freePort();
    writeFileSync(join(place, 'ports.json'), JSON.stringify({ broker: taken.port, controller: kept }));
    const ports = await choose(place);
    assert.notEqual(ports.broker, taken.port);
    assert.equal(ports.controller, kept);
  });

  it('never gives one port to two names', async () => {
    const place = directory();
    const port = await freePort();
    writeFileSync(join(place, 'ports.json'), JSON.stringify({ broker: port, controller: port }));
    const ports = await choose(place);
    assert.notEqual(ports.broker, ports.controller);
  });

  it('ignores a damaged file', async () => {
    const place = directory();
    writeFileSync(join(place, 'ports.json'), '{"broker": "many"');
    assert.ok((await choose(place)).broker > 0);
  });

  it('starts again on other ports if another program took one', async () => {
    await using others = new AsyncDisposableStack();
    const tried: number[] = [];
    const ports = await withPorts(directory(), names, async (chosen) => {
      tried.push(chosen.broker);
      if (tried.length === 1) {
        others.use(await listening(chosen.broker));
        throw new Error('address in use');
      }
      return chosen;
    });
    assert.equal(tried.length, 2);
    assert.notEqual(ports.broker, tried[0]);
  });

  for (const text of [
    'java.net.BindException: Problem binding to [localhost:34161] java.net.BindException: Address already in use',
    'listen tcp 127.0.0.1:34161: bind: address already in use',
    'listen EADDRINUSE: address already in use 127.0.0.1:34161',
  ]) {
    it(`starts again if a connection had a port for a moment: ${text}`, async () => {
      let starts = 0;
      await withPorts(directory(), names, async () => {
        starts += 1;
        if (starts === 1) throw new Error(`The local server did not start:\n${text}`);
      });
      assert.equal(starts, 2);
    });
  }

  it('gives up after three starts', async () => {
    let starts = 0;
    const failing = withPorts(directory(), names, async () => {
      starts += 1;
      throw new Error('bind: address already in use');
    });
    await assert.rejects(failing, /already in use/);
    assert.equal(starts, 3);
  });

  it('passes on a failure that is not about ports', async () => {
    let starts = 0;
    const failing = withPorts(directory(), names, async () => {
      starts += 1;
      throw new Error('no such jar');
    });
    await assert.rejects(failing, /no such jar/);
    assert.equal(starts, 1);
  });
});

async function listening(port = 0): Promise<AsyncDisposable & { port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
