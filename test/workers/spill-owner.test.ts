import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import { spillOwner } from '../../workers/spill-owner.ts';

describe('spillOwner()', () => {
  const owner = spillOwner('here');

  it('takes itself for living', () => {
    assert.equal(owner.isDead(owner.name), false);
    assert.equal(spillOwner('here').name, owner.name);
  });

  it('knows that a process of this host is dead, also when its number is used again', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    const name = `here ${identifyProcess(child.pid ?? 0)}`;
    assert.equal(owner.isDead(name), false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(owner.isDead(name), true);
    assert.equal(owner.isDead(`here ${process.pid} 1`), true);
  });

  it('says of no process of another host that it is dead', () => {
    assert.equal(owner.isDead('there 1 1'), false);
  });
});
