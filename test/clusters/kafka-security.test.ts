import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import type { Kafka } from 'kafkajs';
import { ensureTopics, topicSpecs, withAdmin } from '../../activities/kafka/admin.ts';
import { createKafka } from '../../activities/kafka/client.ts';
import { orConnectionFault } from '../../activities/kafka/connection-fault.ts';
import { silentLog } from '../../common/log.ts';
import type { Log } from '../../common/log.ts';
import { askBrokers } from '../../infra/local/kafka-server.ts';
import { kafkaOf } from '../../workers/clients.ts';
import { readConfig } from '../../workers/config.ts';
import { endingOf } from '../../workers/ending.ts';
import { deleteTopics } from '../activities/kafka/real-kafka.ts';
import { certificateAuthority } from '../integration/certificates.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { PASSWORD, USER, startSecureKafka, tokenIssuer } from './secure-kafka.ts';
import type { SecureKafka } from './secure-kafka.ts';

/** Of the topics and groups that the user has rights to. */
const PREFIX = 'own-';

describe('Kafka that demands TLS or a login', function () {
  this.timeout(60_000);
  const authority = certificateAuthority();
  const issuer = tokenIssuer();
  const directory = mkdtempSync(join(tmpdir(), 'secure-kafka-'));
  let kafka: SecureKafka;
  let stop = (): Promise<void> => Promise.resolve();

  before(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    const server = await startSecureKafka(join(directory, 'kafka'), authority, issuer);
    ({ address: kafka, stop } = server);
    await grantRights();
  });

  after(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const launcher = () => createKafka({ brokers: [kafka.plain], clientId: 'launcher', log: silentLog });

  /** What docs/deploying.md says that the user needs, and no more. */
  const grantRights = (): Promise<unknown> => {
    const { ALLOW } = kafkajs.AclPermissionTypes;
    const { DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE, CREATE } = kafkajs.AclOperationTypes;
    const { TOPIC, GROUP } = kafkajs.AclResourceTypes;
    const own = { principal: `User:${USER}`, host: '*', permissionType: ALLOW };
    const prefixed = { resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED, resourceName: PREFIX, ...own };
    const acl = [
      ...[DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE, CREATE].map((operation) => ({
        ...prefixed,
        resourceType: TOPIC,
        operation,
      })),
      { ...prefixed, resourceType: GROUP, operation: READ },
    ];
    return withAdmin(launcher(), (admin) => admin.createAcls({ acl }));
  };

  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const ca = () => file('ca.pem', authority.cert);
  const own = authority.issue('collector');
  const mtls = (): Record<string, string> => ({
    KAFKA_BROKERS: kafka.mtls,
    KAFKA_TLS_CA_FILE: ca(),
    KAFKA_TLS_CERT_FILE: file('own.pem', own.cert),
    KAFKA_TLS_KEY_FILE: file('own.key', own.key),
  });
  const login = (mechanism: string): Record<string, string> => ({
    KAFKA_BROKERS: kafka.login,
    KAFKA_TLS_CA_FILE: ca(),
    KAFKA_SASL: mechanism,
    KAFKA_USER: USER,
    KAFKA_PASSWORD_FILE: file('password', `${PASSWORD}\n`),
  });
  const token = (text = issuer.issue(600)): Record<string, string> => ({
    KAFKA_BROKERS: kafka.login,
    KAFKA_TLS_CA_FILE: ca(),
    KAFKA_SASL: 'OAUTHBEARER',
    KAFKA_TOKEN_FILE: file('token', text),
  });

  /** The client of the workers, with everything that it logs. */
  function clientOf(env: Record<string, string>, options: { retries?: number } = {}) {
    const logged: string[] = [];
    const write = (message: string, facts?: object) => void logged.push(`${message} ${JSON.stringify(facts ?? {})}`);
    const log: Log = { debug: write, info: write, warn: write, error: write };
    const config = readConfig({ PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more', ...env });
    return { client: kafkaOf(config, 'test', log, options), logged };
  }

  /** Sends two lines and reads them. */
  async function sendAndRead(env: Record<string, string>): Promise<void> {
    const { client } = clientOf(env);
    const name = `${PREFIX}${Date.now()}`;
    const topics = { chat: `${name}-chat`, coverage: `${name}-coverage` };
    await ensureTopics(client, {
      topics: topicSpecs(topics, { chatPartitions: 2, replicationFactor: -1 }),
      log: silentLog,
    });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: topics.chat, messages: [{ value: 'a' }, { value: 'b' }] });
    await producer.disconnect();
    assert.deepEqual((await readValues(client, topics.chat, 2)).sort(), ['a', 'b']);
    await deleteTopics(launcher(), topics);
  }

  /** Reads a topic as a loader does: by a group, from the beginning. */
  async function readValues(client: Kafka, topic: string, count: number): Promise<string[]> {
    const consumer = client.consumer({ groupId: topic, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const found: string[] = [];
    await consumer.run({ eachMessage: async ({ message }) => void found.push(String(message.value)) });
    await waitFor(`${count} lines`, () => found.length >= count);
    await consumer.disconnect();
    return found;
  }

  for (const [what, env] of [
    ['a certificate (mTLS)', mtls],
    ['PLAIN', () => login('plain')],
    ['SCRAM-SHA-256', () => login('SCRAM-SHA-256')],
    ['SCRAM-SHA-512', () => login('scram-sha-512')],
    ['OAUTHBEARER', token],
  ] as const)
    it(`is used with ${what}`, () => sendAndRead(env()));

  it('is used for longer than a login lasts, also by a consumer', async () => {
    const { client } = clientOf(token());
    await withAdmin(client, (admin) => admin.createTopics({ topics: [{ topic: `${PREFIX}long`, numPartitions: 1 }] }));
    const producer = client.producer();
    await producer.connect();
    const consumer = client.consumer({ groupId: `${PREFIX}long`, maxWaitTimeInMs: 100, retry: { retries: 0 } });
    await consumer.connect();
    await consumer.subscribe({ topic: `${PREFIX}long`, fromBeginning: true });
    const seen = new Set<string>();
    const crashes: unknown[] = [];
    consumer.on('consumer.crash', ({ payload }) => crashes.push(payload.error));
    await consumer.run({ eachMessage: async ({ message }) => void seen.add(String(message.value)) });
    const startedAt = Date.now();
    for (let number = 0; Date.now() - startedAt < 8_000; number++) {
      file('token', issuer.issue(600));
      await producer.send({ topic: `${PREFIX}long`, messages: [{ value: String(number) }] });
      await waitFor(`line ${number}`, async () => seen.has(String(number)));
    }
    assert.deepEqual(crashes, []);
    await consumer.disconnect();
    await producer.disconnect();
  });

  const wrongCa = certificateAuthority();
  const stranger = wrongCa.issue('stranger');
  for (const [what, env, why] of [
    [
      'without TLS',
      () => ({ KAFKA_BROKERS: kafka.mtls }),
      /it closed the connection\. If it demands TLS or a login, set KAFKA_TLS or KAFKA_SASL\.$/,
    ],
    [
      'with TLS, by a broker without it',
      () => ({ KAFKA_BROKERS: kafka.plain, KAFKA_TLS: 'yes' }),
      /it does not speak TLS\. Unset KAFKA_TLS/,
    ],
    [
      'without the CA',
      () => ({ KAFKA_BROKERS: kafka.login, KAFKA_TLS: 'yes' }),
      /its certificate is not trusted .* Set KAFKA_TLS_CA_FILE/,
    ],
    [
      'with another CA',
      () => ({ ...login('plain'), KAFKA_TLS_CA_FILE: file('wrong.pem', wrongCa.cert) }),
      /its certificate is not trusted .* Set KAFKA_TLS_CA_FILE/,
    ],
    [
      'without a certificate',
      () => ({ KAFKA_BROKERS: kafka.mtls, KAFKA_TLS_CA_FILE: ca() }),
      /it refused our certificate \(alert bad certificate\)\. Set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE/,
    ],
    [
      'with a certificate of another authority',
      () => ({
        ...mtls(),
        KAFKA_TLS_CERT_FILE: file('stranger.pem', stranger.cert),
        KAFKA_TLS_KEY_FILE: file('stranger.key', stranger.key),
      }),
      /it refused our certificate \(alert certificate unknown\)\. Set KAFKA_TLS_CERT_FILE/,
    ],
    [
      'without a login',
      () => ({ KAFKA_BROKERS: kafka.login, KAFKA_TLS_CA_FILE: ca() }),
      /If it demands TLS or a login, set KAFKA_TLS or KAFKA_SASL\.$/,
    ],
    [
      'with a wrong password, PLAIN',
      () => ({ ...login('plain'), KAFKA_PASSWORD_FILE: file('p', 'wr0ng') }),
      /it refused the login: SASL PLAIN authentication failed: .* Correct KAFKA_SASL/,
    ],
    [
      'with a wrong password, SCRAM',
      () => ({ ...login('scram-sha-512'), KAFKA_PASSWORD_FILE: file('p', 'wr0ng') }),
      /it refused the login: SASL SCRAM SHA512 .* Correct KAFKA_SASL/,
    ],
    [
      'with an expired token',
      () => token(issuer.issue(-600)),
      /it refused the login: the token was refused \(invalid_token\)\. Correct .*KAFKA_TOKEN_FILE/,
    ],
    [
      'with a token of another issuer',
      () => token(tokenIssuer().issue(600)),
      /it refused the login: the token was refused \(invalid_token\)\./,
    ],
    [
      'with an empty token',
      () => token(''),
      /^Expected KAFKA_TOKEN_FILE \(.*\) to be a file with a token, found an empty one\.$/,
    ],
  ] as const)
    it(`is refused in one sentence ${what}`, async () => {
      const { client, logged } = clientOf(env(), { retries: 0 });
      await assert.rejects(
        orConnectionFault(() => askBrokers(client)),
        (error: Error) => {
          const { code, text } = endingOf(error);
          assert.equal(code, 69);
          assert.match(text, why);
          assert.ok(![text, ...logged].some((line) => /wr0ng|pass=word|eyJ/.test(line)), 'no secret is shown');
          return true;
        },
      );
    });
});
