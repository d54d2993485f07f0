import { onPath } from '../../../infra/local/programs.ts';
import { startNginx } from '../../../infra/nginx/server.ts';
import { siteContract } from '../site-server/site-contract.ts';

const nginx = onPath('nginx');

if (nginx === undefined) {
  describe('startNginx(program, { directory, host, port, log })', () => {
    it('is not tested here: nginx is not installed (no `nginx` on PATH)');
  });
} else {
  describe('startNginx(program, { directory, host, port, log })', () => {
    siteContract((options) => startNginx(nginx, options));
  });
}
