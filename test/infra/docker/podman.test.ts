import assert from 'node:assert/strict';
import { createPodman, podmanIsMissing } from '../../../infra/docker/podman.ts';

describe('createPodman()', () => {
  const path = process.env['PATH'] ?? '';
  afterEach(() => {
    process.env['PATH'] = path;
  });

  it('says how to install podman if it is not there', () => {
    process.env['PATH'] = '';
    assert.throws(() => createPodman(), {
      name: 'Refusal',
      exitCode: 69,
      message: /^Expected `podman` on PATH .*, found none\. Install it: .*infra\/docker\/install-podman\.sh/,
    });
    assert.match(podmanIsMissing() ?? '', /found none/);
  });
});
