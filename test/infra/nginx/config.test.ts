import assert from 'node:assert/strict';
import { renderNginxConfig } from '../../../infra/nginx/config.ts';
import { siteHeaders } from '../../../infra/site-server/headers.ts';

describe('renderNginxConfig({ directory, host, port, headers, user })', () => {
  const settings = { directory: '/srv/site', host: '127.0.0.1', port: 8080, headers: siteHeaders };

  it('replaces all names, and sets each header on errors too', () => {
    const config = renderNginxConfig(settings);
    assert.match(config, /listen 127\.0\.0\.1:8080;/);
    assert.match(config, /root "\/srv\/site";/);
    assert.equal(config.match(/add_header .* always;/g)?.length, Object.keys(siteHeaders).length + 1);
    assert.doesNotMatch(config, /@[A-Z]+@(?! are)/);
    assert.doesNotMatch(config, /^user/m);
  });

  it('writes IPv6 addresses in brackets, and the user if there is one', () => {
    const config = renderNginxConfig({ ...settings, host: '::1', user: 'root' });
    assert.match(config, /listen \[::1\]:8080;/);
    assert.match(config, /^user root;/m);
  });

  it('sends compressed files that are there only if it is told that nginx can', () => {
    assert.doesNotMatch(renderNginxConfig(settings), /gzip_static/);
    assert.match(renderNginxConfig({ ...settings, precompressed: true }), /^ +gzip_static on;$/m);
  });

  it('tells its status to this machine only, and only if it is told to', () => {
    assert.doesNotMatch(renderNginxConfig(settings), /stub_status/);
    const config = renderNginxConfig({ ...settings, host: '0.0.0.0', statusPort: 8081 });
    assert.match(config, /listen 127\.0\.0\.1:8081;\s+location = \/nginx-status {\s+stub_status;/);
  });

  it('refuses a directory that nginx would misread', () => {
    for (const directory of ['/a"; autoindex on; #', '/a$b', '/a\\b', '/a\nb']) {
      assert.throws(() => renderNginxConfig({ ...settings, directory }), /Expected a directory without quotes/);
    }
  });
});
