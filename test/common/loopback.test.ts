import assert from 'node:assert/strict';
import { directArgs, directToLoopback } from '../../common/loopback.ts';

const ALL = '127.0.0.1,localhost,::1,[::1]';

describe('directToLoopback(env)', () => {
  it('adds this machine to both variables', () => {
    assert.deepEqual(directToLoopback({ HTTP_PROXY: 'http://127.0.0.1:9' }), { NO_PROXY: ALL, no_proxy: ALL });
  });

  it('keeps the hosts in either variable', () => {
    const both = `.corp.test,10.0.0.1,${ALL}`;
    assert.deepEqual(directToLoopback({ no_proxy: '.corp.test 10.0.0.1' }), { NO_PROXY: both, no_proxy: both });
  });

  it('also adds to gRPC’s own variable, which has precedence', () => {
    assert.equal(directToLoopback({ no_grpc_proxy: 'a.test' })['no_grpc_proxy'], `a.test,${ALL}`);
    assert.equal(directToLoopback({})['no_grpc_proxy'], undefined);
  });

  it('changes nothing if nothing uses a proxy, or all hosts are listed', () => {
    assert.deepEqual(directToLoopback({ NO_PROXY: '*', no_proxy: '*' }), {});
    assert.deepEqual(directToLoopback(directToLoopback({})), {});
  });
});

describe('directArgs(address)', () => {
  it('switches the proxy off for this machine only', () => {
    for (const address of ['127.0.0.1:7233', '127.1.2.3:1', 'localhost:7233', '[::1]:7233'])
      assert.deepEqual(directArgs(address), { 'grpc.enable_http_proxy': 0 }, address);
    for (const address of ['temporal.test:7233', '10.0.0.1:7233', 'localhosts.test:1', '1127.0.0.1:1'])
      assert.deepEqual(directArgs(address), {}, address);
  });
});
