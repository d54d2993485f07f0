import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { send, sendTo } from './processes.ts';

describe('sendTo(pid, signal)', () => {
  it('is true for a running process, and false for one that has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)']);
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    assert.equal(sendTo(pid, 'SIGKILL'), true);
    await once(child, 'exit');
    assert.equal(sendTo(pid, 'SIGKILL'), false);
  });
});

describe('send(victim, signal)', () => {
  it('is false if there is no such process', () => {
    assert.equal(send({ name: 'nobody', command: ['workers/nobody.ts'], environment: [] }, 'SIGTERM'), false);
  });
});
