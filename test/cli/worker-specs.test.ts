import assert from 'node:assert/strict';
import { workerSpecs } from '../../cli/pipeline.ts';

describe('workerSpecs(config)', () => {
  const namesOf = (COLLECTORS: string[]) =>
    workerSpecs({ COLLECTORS, METRICS_ADDRESS: undefined }).map(({ name }) => name);

  it('has one worker of each kind', () => {
    assert.deepEqual(namesOf([]), ['orchestrator', 'collector', 'loader', 'refiner']);
  });

  it('has a collector for each name, with its COLLECTOR_NAME', () => {
    assert.deepEqual(namesOf(['a', 'b']), ['orchestrator', 'collector-a', 'collector-b', 'loader', 'refiner']);
    const collectors = workerSpecs({ COLLECTORS: ['a', 'b'], METRICS_ADDRESS: undefined }).filter(
      ({ file }) => file === 'collector',
    );
    assert.deepEqual(
      collectors.map(({ env }) => env),
      [{ COLLECTOR_NAME: 'a' }, { COLLECTOR_NAME: 'b' }],
    );
  });

  it('gives each worker a metrics port, counting from METRICS_ADDRESS', () => {
    const specs = workerSpecs({ COLLECTORS: [], METRICS_ADDRESS: '127.0.0.1:9400' });
    assert.deepEqual(
      specs.map(({ env }) => env?.['METRICS_ADDRESS']),
      ['127.0.0.1:9400', '127.0.0.1:9401', '127.0.0.1:9402', '127.0.0.1:9403'],
    );
  });
});
