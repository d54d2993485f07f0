import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pidOf, send, sendTo, serverProcess } from './processes.ts';

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

describe('pidOf(serverProcess(name, directory))', () => {
  it('finds a server by its working directory when its arguments are relative, and no server elsewhere', async () => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'chatlake-processes-')));
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)', 'kafka.Kafka'], { cwd: directory });
    try {
      await once(child, 'spawn');
      assert.equal(pidOf(serverProcess('kafka', directory)), child.pid);
      assert.equal(pidOf(serverProcess('kafka', `${directory}/elsewhere`)), undefined);
    } finally {
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true });
    }
  });
});
