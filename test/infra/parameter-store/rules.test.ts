import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamPollSettings } from '../../../activities/twitch/stream-poll-settings.ts';
import { startParameterStore } from '../../../infra/parameter-store/server.ts';
import type { ParameterStore } from '../../../infra/parameter-store/server.ts';
import { PARAMETER_RULES } from '../../../infra/setup/parameter-rules.ts';
import { silentLog } from '../../../common/log.ts';
import { ask, codeOf, encryptionKey, key } from './running-store.ts';
import type { Answer } from './running-store.ts';

describe('config/stream-poll in the parameter store', () => {
  let directory = '';
  let store: ParameterStore;
  const path = 'config/stream-poll';
  const put = (body: string): Promise<Answer> => ask(store.url, 'PUT', path, { body });

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'chatlake-rules-'));
    const options = { directory, key, encryptionKey, host: '127.0.0.1', port: 0, log: silentLog };
    store = await startParameterStore({ ...options, rules: PARAMETER_RULES });
    assert.equal((await put('{"channels": ["kept"]}')).status, 201);
  });
  after(async () => {
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const [body, words] of [
    ['{"chanels": ["a"]}', /"chanels" is not a known key \(did you mean `channels`\?\)/],
    ['{"channel": []}', /"channel" is not a known key \(did you mean `channels`\?\)/],
    ['{"LANGUAGES": ["ko"]}', /"LANGUAGES" is not a known key \(did you mean `languages`\?\)/],
    ['{"interval_minutes": 5}', /did you mean `intervalMinutes`\?/],
    ['{"colour": "red"}', /"colour" is not a known key \(the settings are intervalMinutes, channels/],
    ['{"__proto__": {"channels": []}}', /"__proto__" is not a known key/],
    ['{"constructor": 1, "toString": 2}', /"constructor" is not a known key .*; "toString" is not a known key/],
    ['{"channels": ["Some One"]}', /`channels\.0` is "Some One" \(a login in lower case\)/],
    ['{"channels": "somebody"}', /`channels` is "somebody" \(.*expected array/],
    ['{"channels": null}', /`channels` is null/],
    ['{"languages": ["korean"]}', /`languages\.0` is "korean" \(a language code like ko\)/],
    ['{"intervalMinutes": 0}', /`intervalMinutes` is 0 \(.*>=1\)/],
    ['{"intervalMinutes": "5"}', /`intervalMinutes` is "5" \(.*expected number/],
    ['{"intervalMinutes": 1.5}', /`intervalMinutes` is 1\.5/],
    ['{"top": -1}', /`top` is -1/],
    ['{"top": "everything"}', /`top` is "everything"/],
    ['{"limit": 10001}', /`limit` is 10001/],
    ['{"games": [33214]}', /`games\.0` is 33214 \(.*expected string/],
    ['null', /the value is null/],
    ['[]', /the value is \[\]/],
    ['"channels"', /the value is "channels"/],
    ['12345678901234567890', /the value is 1234567890/],
  ] as const) {
    it(`answers 400 to ${body} with the field and the expectation, and changes nothing`, async () => {
      const answer = await put(body);
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'invalid'], answer.text);
      const { error } = JSON.parse(answer.text) as { error: { message: string } };
      assert.match(error.message, words);
      assert.match(error.message, /^Expected a valid value for config\/stream-poll, but .* See \/docs\.$/);
      assert.equal((await ask(store.url, 'GET', path)).text.trim(), '{"channels": ["kept"]}');
    });
  }

  it('limits the number of faults in an answer', async () => {
    const keys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${'k'.repeat(50)}${index}`, 1]));
    const answer = await put(JSON.stringify(keys));
    assert.equal(answer.status, 400);
    assert.match(answer.text, /; and 9995 more/);
    assert.ok(answer.text.length < 2_000);
  });

  it('accepts every value that the reader accepts, and any value at other paths', async () => {
    for (const settings of [
      {},
      streamPollSettings.parse({}),
      { top: 'all', languages: ['asl', 'ko'] },
      { top: 120_000 },
    ])
      assert.equal((await put(JSON.stringify(settings))).status, 200, JSON.stringify(settings));
    assert.equal((await ask(store.url, 'PUT', 'config/other', { body: '{"chanels": 1}' })).status, 201);
    assert.equal((await ask(store.url, 'PUT', 'config/stream-poll/chanels', { body: '1' })).status, 201);
  });

  it('answers GET with the file name if the file was edited to an invalid value; PUT and DELETE repair it', async () => {
    const file = join(directory, 'config', 'stream-poll.json');
    writeFileSync(file, '{"chanels": ["a"]}');
    const answer = await ask(store.url, 'GET', path);
    assert.deepEqual([answer.status, codeOf(answer)], [500, 'damaged']);
    assert.ok(answer.text.includes(file) && answer.text.includes('did you mean `channels`?'), answer.text);
    assert.equal(readFileSync(file, 'utf8'), '{"chanels": ["a"]}');
    assert.equal((await put('{}')).status, 200);
    writeFileSync(file, '{"top": -1}');
    assert.equal((await ask(store.url, 'DELETE', path)).status, 204);
  });

  it('describes the settings at /docs', async () => {
    const docs = (await (await fetch(`${store.url}/docs/json`)).json()) as {
      paths: Record<string, { put?: { description: string } }>;
      components: { schemas: Record<string, { properties: Record<string, unknown> }> };
    };
    const fields = Object.keys(streamPollSettings.shape);
    assert.deepEqual(Object.keys(docs.components.schemas['config.stream-poll']?.properties ?? {}), fields);
    const { description = '' } = docs.paths['/v1/parameters/{*}']?.put ?? {};
    for (const field of fields) assert.ok(description.includes(`"${field}"`), field);
  });
});

describe('config/reports in the parameter store', () => {
  const rule = PARAMETER_RULES.get('config/reports');

  it('takes settings that a reader takes', () => {
    for (const settings of [{}, { showChatters: true }, { showChatters: false }])
      assert.deepEqual(rule?.faults(settings), []);
  });
  it('refuses a misspelt key, and a value that is no yes or no', () => {
    assert.match(
      String(rule?.faults({ showChaters: true })),
      /"showChaters" is not a known key \(did you mean `showChatters`\?\)/,
    );
    assert.match(String(rule?.faults({ showChatters: 'yes' })), /`showChatters` is "yes" \(.*expected boolean/);
    assert.match(String(rule?.faults(true)), /the value is true/);
  });
});

describe('config/opt-out in the parameter store', () => {
  let directory = '';
  let store: ParameterStore;
  const path = 'config/opt-out';
  const entry = { userId: '40004', login: 'lark', since: '2026-11-30T00:00:00Z' };
  const put = (value: unknown): Promise<Answer> => ask(store.url, 'PUT', path, { body: JSON.stringify(value) });

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'chatlake-rules-'));
    const options = { directory, key, encryptionKey, host: '127.0.0.1', port: 0, log: silentLog };
    store = await startParameterStore({ ...options, rules: PARAMETER_RULES });
    assert.equal((await put([entry])).status, 201);
  });
  after(async () => {
    await store.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const [name, value, words] of [
    ['an object instead of a list', entry, /the value is \{"userId":"40004".*expected array/],
    ['null', null, /the value is null/],
    ['an id that is a number', [{ ...entry, userId: 40004 }], /`0\.userId` is 40004 \(.*expected string/],
    [
      'a login in place of the id',
      [entry, { ...entry, userId: 'lark' }],
      /`1\.userId` is "lark" \(the number of a user/,
    ],
    ['no time', [{ userId: '40004' }], /`0\.since` is missing/],
    ['a misspelt key', [{ ...entry, user_id: '4' }], /"0\.user_id" is not a known key \(did you mean `userId`\?\)/],
    ['a name that is no login', [{ ...entry, login: '종달새' }], /`0\.login` is "종달새" \(a login\)/],
    ['more entries than it may have', Array.from({ length: 5_001 }, () => entry), /<=5000 items/],
  ] as const) {
    it(`answers 400 to ${name}, and changes nothing`, async () => {
      const answer = await put(value);
      assert.deepEqual([answer.status, codeOf(answer)], [400, 'invalid'], answer.text.slice(0, 500));
      assert.match((JSON.parse(answer.text) as { error: { message: string } }).error.message, words);
      assert.deepEqual(JSON.parse((await ask(store.url, 'GET', path)).text), [entry]);
    });
  }

  it('is read with a damaged entry, which spoils itself alone', async () => {
    const damaged = [{ userId: 'by hand' }, entry];
    writeFileSync(join(directory, `${path}.json`), JSON.stringify(damaged));
    const answer = await ask(store.url, 'GET', path);
    assert.deepEqual([answer.status, JSON.parse(answer.text)], [200, damaged]);
  });
});
