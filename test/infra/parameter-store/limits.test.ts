import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../../common/log.ts';
import type { ParameterStore, StoreAnswer } from '../../../infra/parameter-store/server.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { freshStore, key } from './fresh-store.ts';

const collector = { name: 'collector', key: 'the-key-of-all-collectors', read: ['config/'], write: ['status/'] };
const loader = { name: 'loader', key: 'the-key-of-the-loaders', read: ['config/'], write: ['status/'] };

describe('a parameter store that is asked too often', function () {
  this.timeout(60_000);
  let directory: string;
  let store: ParameterStore;
  const agents: Agent[] = [];
  const answers: StoreAnswer[] = [];
  const logged: string[] = [];

  beforeEach(async () => {
    answers.length = 0;
    logged.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'chatlake-limits-'));
    const write = (message: string, facts?: object) => void logged.push(`${message} ${JSON.stringify(facts)}`);
    const log: Log = { debug: () => {}, info: () => {}, warn: write, error: write };
    const onAnswer = (answer: StoreAnswer) => void answers.push(answer);
    store = await freshStore(directory, { host: '::', otherKeys: [collector, loader], onAnswer, log });
  });

  afterEach(async () => {
    for (const agent of agents.splice(0)) agent.destroy();
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  interface Answer {
    status: number;
    retryAfter: string | undefined;
    text: string;
  }

  /** A client at an address of its own, with eight connections. */
  function client(localAddress: string, host = '127.0.0.1') {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    agents.push(agent);
    return async (bearer: string | undefined, path = '/v1/parameters/config/none'): Promise<Answer> => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const sent = request({ host, localAddress, port: new URL(store.url).port, path, headers, agent });
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      let text = '';
      for await (const part of response) text += String(part);
      return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text };
    };
  }

  /** Asks until it is refused for asking too often. @returns that answer, and the number of answers before it */
  async function untilRefused(ask: () => Promise<Answer>): Promise<Answer & { before: number }> {
    for (let before = 0; before < 5_000; before += 8) {
      const found = await Promise.all(Array.from({ length: 8 }, ask));
      const refused = found.findIndex(({ status }) => status === 429);
      if (refused !== -1) return { ...found[refused]!, before: before + refused };
    }
    throw new Error('Expected a limit, found none.');
  }

  it('refuses wrong keys after 60, and says when to come back', async () => {
    const ask = client('127.0.0.1');
    const refused = await untilRefused(() => ask('a-wrong-key-of-some-length'));
    assert.equal(refused.before, 60);
    assert.ok(Number(refused.retryAfter) >= 1 && Number(refused.retryAfter) <= 60, refused.retryAfter);
    assert.match(refused.text, /"code":"too_many".*Set PARAMETER_STORE_KEY/);
    assert.equal((await ask(undefined)).status, 429);
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? '', /too many .*127\.0\.0\.1/);
  });

  it('answers a client with a right key while another tries keys at the same address', async () => {
    const attacker = client('127.0.0.1');
    const ours = client('127.0.0.1');
    await untilRefused(() => attacker('a-wrong-key-of-some-length'));
    let tries = 0;
    let isOver = false;
    const attack = (async () => {
      for (; !isOver; tries++) assert.equal((await attacker(`wrong-key-number-${tries}`)).status, 429);
    })();
    await waitFor('the attack', () => tries > 100);
    for (let count = 0; count < 200; count++) assert.equal((await ours(collector.key)).status, 404);
    isOver = true;
    await attack;
  });

  it('refuses wrong keys of one address only', async () => {
    await untilRefused(() => client('127.0.0.1')('a-wrong-key-of-some-length'));
    assert.equal((await client('127.0.0.2')('a-wrong-key-of-some-length')).status, 401);
    assert.equal((await client('::1', '::1')('a-wrong-key-of-some-length')).status, 401);
  });

  it('refuses a client with a key that floods, and no other client', async () => {
    const ask = client('127.0.0.1');
    const refused = await untilRefused(() => ask(collector.key));
    assert.equal(refused.before, 1_000);
    assert.ok(Number(refused.retryAfter) >= 1 && Number(refused.retryAfter) <= 10, refused.retryAfter);
    assert.equal((await ask(loader.key)).status, 404);
    assert.equal((await ask(key)).status, 404);
    assert.equal((await client('127.0.0.2')(collector.key)).status, 404);
    assert.deepEqual(answers.at(-1), { client: 'collector', method: 'GET', status: 404 });
    assert.ok(answers.some(({ client: name, status }) => name === 'collector' && status === 429));
  });

  it('refuses who floods the open routes, and goes on with the others', async () => {
    const ask = client('127.0.0.1');
    for (const path of ['/healthz', '/none']) {
      const refused = await untilRefused(() => ask(undefined, path));
      assert.ok(Number(refused.retryAfter) >= 1, path);
    }
    assert.equal((await ask(collector.key)).status, 404);
    assert.equal((await client('127.0.0.2')(undefined, '/healthz')).status, 200);
  });

  it('keeps its limits and its memory among more addresses than it remembers', async () => {
    const wrong = 'a-wrong-key-of-some-length';
    // The first two from one address: https://github.com/fastify/fastify-rate-limit/issues/344
    for (let count = 0; count < 2; count++) await client('127.1.0.0')(wrong);
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 6_000; count += 50) {
      const found = Array.from({ length: 50 }, (_, index) => `127.1.${(count + index) >> 8}.${(count + index) & 255}`);
      const statuses = await Promise.all(found.map(async (address) => (await client(address)(wrong)).status));
      assert.deepEqual([...new Set(statuses)], [401]);
      for (const agent of agents.splice(0)) agent.destroy();
    }
    assert.ok(process.memoryUsage().heapUsed - before < 100_000_000);
    const ask = client('127.0.0.1');
    assert.equal((await untilRefused(() => ask(wrong))).before, 60);
  });
});
