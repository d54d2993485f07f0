import assert from 'node:assert/strict';
import type { Client, Connection } from '@temporalio/client';
import { createChatWorkflows } from '../../../activities/temporal/chat-workflows.ts';
import type { ChatWorkflows } from '../../../activities/temporal/chat-workflows.ts';
import { ensureSearchAttributes } from '../../../infra/setup/search-attributes.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { temporalNamespace } from '../../integration/temporal-namespace.ts';
import { waitFor } from '../../integration/wait-for.ts';

const haneul = { channelId: '7', channelLogin: 'haneul' };

describe('createChatWorkflows(client, taskQueues)', () => {
  let client: Client;
  let connection: Connection;
  let chats: ChatWorkflows;

  before(async function connect() {
    this.timeout(SERVERS_TIMEOUT_MS);
    const found = await temporalNamespace('chats');
    ({ client, connection } = found);
    await ensureSearchAttributes(connection, found.namespace);
    chats = createChatWorkflows(client, ['chat-a', 'chat-b']);
    await waitFor('the search attribute to be known', async () => {
      await chats.start({ channelId: 'first', channelLogin: 'first' }, 15);
      return true;
    });
  });

  after(() => connection.close());

  it('starts a chat under its channel’s id, once', async () => {
    await chats.start(haneul, 15);
    const { runId } = await client.workflow.getHandle('chat/7').describe();
    await chats.start(haneul, 15);
    const described = await client.workflow.getHandle('chat/7').describe();
    assert.equal(described.runId, runId);
    assert.equal(await described.staticSummary(), 'Chat of haneul');
  });

  it('passes the collectors and their heartbeat time-out in the input; a running chat keeps its own', async () => {
    await chats.start(haneul, 15);
    await createChatWorkflows(client, ['chat']).start(haneul, 60);
    const { events } = await client.workflow.getHandle('chat/7').fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    assert.deepEqual(JSON.parse(Buffer.from(input ?? []).toString()), {
      ...{ ...haneul, taskQueues: ['chat-a', 'chat-b'], heartbeatSeconds: 15 },
    });
  });

  it('makes a chat findable by language and category, at its start and afterwards', async () => {
    const chat = { channelId: '17', channelLogin: 'bom', language: 'ko', category: '서양 장기' };
    await chats.start(chat, 15);
    const listed = async () => (await chats.listRunning()).find(({ channelId }) => channelId === '17');
    await waitFor('the chat to be listed', async () => (await listed()) !== undefined);
    assert.deepEqual(await listed(), chat);
    await chats.describe({ ...chat, category: 'Chess' });
    const { events } = await client.workflow.getHandle('chat/17').fetchHistory();
    const told = events?.findLast(
      (event) => event.workflowExecutionSignaledEventAttributes,
    )?.workflowExecutionSignaledEventAttributes;
    assert.equal(told?.signalName, 'described');
    const data = Buffer.from(told?.input?.payloads?.[0]?.data ?? []).toString();
    assert.deepEqual(JSON.parse(data), { language: 'ko', category: 'Chess' });
    await chats.cancel(chat);
  });

  it('lists running chats with their logins', async () => {
    await chats.start(haneul, 15);
    await waitFor('the chat to be listed', async () =>
      (await chats.listRunning()).some((chat) => chat.channelLogin === 'haneul'),
    );
    assert.deepEqual(
      (await chats.listRunning()).find((chat) => chat.channelId === '7'),
      { ...haneul, language: undefined, category: undefined },
    );
  });

  it('cancels a chat, and ignores a missing one', async () => {
    await chats.start(haneul, 15);
    await chats.cancel(haneul);
    await chats.cancel({ channelId: 'nobody', channelLogin: 'nobody' });
    const events = (await client.workflow.getHandle('chat/7').fetchHistory()).events ?? [];
    assert.ok(
      events.some((event) => event.workflowExecutionCancelRequestedEventAttributes),
      'the cancellation is in the history',
    );
  });

  it('sends a chat its new login, and ignores a missing one', async () => {
    await chats.start(haneul, 15);
    await chats.rename({ ...haneul, channelLogin: 'newname' });
    await chats.rename({ channelId: 'nobody', channelLogin: 'nobody' });
    const events = (await client.workflow.getHandle('chat/7').fetchHistory()).events ?? [];
    const signals = events.flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? []);
    const sent = signals.map(({ signalName, input }) => [
      signalName,
      Buffer.from(input?.payloads?.[0]?.data ?? []).toString(),
    ]);
    assert.deepEqual(sent, [['renamed', '{"channelLogin":"newname"}']]);
  });
});
