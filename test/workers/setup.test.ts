import assert from 'node:assert/strict';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, Connection } from '@temporalio/client';
import { ensureRetention } from '../../infra/setup/namespace.ts';
import { ensureStreamPollSettings } from '../../infra/setup/parameters.ts';
import { ensureSearchAttributes } from '../../infra/setup/search-attributes.ts';
import { ensureSchedules, pollNow } from '../../infra/setup/schedules.ts';
import { SCHEDULES } from '../../workflows/ids.ts';
import { memoryParameters } from '../integration/memory-parameters.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { temporalNamespace } from '../integration/temporal-namespace.ts';
import { waitFor } from '../integration/wait-for.ts';

describe('set-up', () => {
  let connection: Connection;
  let client: Client;
  let namespace: string;

  before(async function connect() {
    this.timeout(SERVERS_TIMEOUT_MS);
    ({ client, connection, namespace } = await temporalNamespace('setup'));
  });

  after(async () => {
    for (const scheduleId of Object.values(SCHEDULES)) await client.schedule.getHandle(scheduleId).delete();
    await connection.close();
  });

  it('creates the Schedules: hourly at 2 minutes past, the open hour and the poll by interval', async () => {
    await ensureSchedules(client, 5);
    const next = async (scheduleId: string): Promise<Date[]> =>
      (await client.schedule.getHandle(scheduleId).describe()).info.nextActionTimes;
    const hourly = await next(SCHEDULES.refineHourly);
    assert.ok(hourly.length > 1);
    assert.deepEqual(new Set(hourly.map((time) => time.getUTCMinutes())), new Set([2]));
    assert.equal((hourly[1]?.getTime() ?? 0) - (hourly[0]?.getTime() ?? 0), 3_600_000);
    const polls = await next(SCHEDULES.streamPoll);
    assert.equal((polls[1]?.getTime() ?? 0) - (polls[0]?.getTime() ?? 0), 5 * 60_000);
  });

  it('applies a new interval when run again, and keeps a paused Schedule paused', async () => {
    await ensureSchedules(client, 5);
    const poll = client.schedule.getHandle(SCHEDULES.streamPoll);
    await poll.pause('maintenance');
    await ensureSchedules(client, 7);
    const { spec, state } = await poll.describe();
    assert.equal(spec.intervals?.[0]?.every, 7 * 60_000);
    assert.deepEqual([state.paused, state.note], [true, 'maintenance']);
  });

  it('refines ended hours one after the other, even if an earlier release started them all at once', async () => {
    const hourly = client.schedule.getHandle(SCHEDULES.refineHourly);
    await hourly.update((found) => ({
      ...found,
      policies: { ...found.policies, overlap: ScheduleOverlapPolicy.ALLOW_ALL },
    }));
    await ensureSchedules(client, 5);
    assert.equal((await hourly.describe()).policies.overlap, ScheduleOverlapPolicy.BUFFER_ALL);
  });

  it('reads the load status each minute, and never twice at once', async () => {
    const { spec, policies } = await client.schedule.getHandle(SCHEDULES.loadStatus).describe();
    assert.equal(spec.intervals?.[0]?.every, 60_000);
    assert.equal(policies.overlap, ScheduleOverlapPolicy.SKIP);
  });

  it('starts a first poll, but not while a poll runs: neither its own nor the Schedule’s', async () => {
    const poll = client.schedule.getHandle(SCHEDULES.streamPoll);
    await poll.unpause();
    const running = async (): Promise<number> => {
      const { info } = await poll.describe();
      return info.runningActions.length;
    };
    // No worker runs them, so a started poll stays open.
    await pollNow(client);
    await waitFor('the first poll', async () => (await running()) === 1);
    const second = Math.floor(Date.now() / 1_000);
    await waitFor('another second, which would be in another id', () => Math.floor(Date.now() / 1_000) > second);
    await pollNow(client);
    await waitFor('the skipped action', async () => (await poll.describe()).info.numActionsSkippedOverlap === 1);
    assert.equal((await client.workflow.count(`WorkflowType = 'streamPoll'`)).count, 1);
    for await (const { workflowId } of client.workflow.list({ query: `WorkflowType = 'streamPoll'` }))
      await client.workflow.getHandle(workflowId).terminate();
  });

  it('keeps closed workflows for a week, and keeps a longer retention', async () => {
    const retention = async (): Promise<number> => {
      const { config } = await connection.workflowService.describeNamespace({ namespace });
      return Number(config?.workflowExecutionRetentionTtl?.seconds);
    };
    await ensureRetention(connection, namespace);
    assert.equal(await retention(), 7 * 24 * 3600);
    await ensureRetention(connection, namespace);
    assert.equal(await retention(), 7 * 24 * 3600);
  });

  it('adds the search attributes, once', async () => {
    await ensureSearchAttributes(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    assert.ok('ChannelLogin' in customAttributes);
  });

  it('seeds config/stream-poll if there is none, and never overwrites it', async () => {
    const parameters = memoryParameters();
    await ensureStreamPollSettings(parameters, { languages: ['ko'] });
    const settings = await ensureStreamPollSettings(parameters, { languages: ['en'] });
    assert.deepEqual(settings.languages, ['ko']);
  });

  it('keeps a config/stream-poll that is stored between its check and its seed', async () => {
    const parameters = memoryParameters();
    const put = parameters.put;
    parameters.put = (path, value, conditions) => {
      parameters.put = put;
      parameters.values.set(path, { languages: ['fr'] });
      return put(path, value, conditions);
    };
    const settings = await ensureStreamPollSettings(parameters, { languages: ['en'] });
    assert.deepEqual(settings.languages, ['fr']);
    assert.deepEqual(parameters.values.get('config/stream-poll'), { languages: ['fr'] });
  });
});
