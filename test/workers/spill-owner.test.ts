import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identifyProcess } from '../../common/process-identity.ts';
import { spillOwner } from '../../workers/spill-owner.ts';

describe('spillOwner()', () => {
  const owner = spillOwner('here');

  it('takes itself for living', () => {
    assert.equal(owner.fateOf(owner.name), 'lives');
    assert.equal(spillOwner('here').name, owner.name);
  });

  it('knows that a process of this host is dead, also when its number is used again', async () => {
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    const name = `here ${identifyProcess(child.pid ?? 0)}`;
    assert.equal(owner.fateOf(name), 'lives');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(owner.fateOf(name), 'dead');
    assert.equal(owner.fateOf(`here ${process.pid} 1`), 'dead');
  });

  it('is of one boot and one namespace of process numbers, whatever the host is called', function () {
    if (process.platform !== 'linux') this.skip();
    const { name, fateOf } = spillOwner();
    assert.match(name, /^[\da-f-]{36} pid:\[\d+\] \d+ \d+$/);
    assert.equal(fateOf(name.replace(/\[\d+\]/, '[1]')), 'unknown', 'another container');
    assert.equal(fateOf(name.replace(/^[\da-f-]{36}/, '00000000-0000-0000-0000-000000000000')), 'unknown', 'a reboot');
    assert.equal(fateOf(name.replace(/ \d+$/, ' 1')), 'dead');
    assert.equal(fateOf(name), 'lives');
  });

  it('knows nothing of a process elsewhere', () => {
    assert.equal(owner.fateOf('there 1 1'), 'unknown');
  });
});
