import assert from 'node:assert/strict';
import { withoutSecrets } from '../../common/secret-variables.ts';
import { readConfig } from '../../workers/config.ts';
import { tracesUrl } from '../../workers/traces-settings.ts';

const NEEDED = { PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more' };

describe('tracesUrl(settings)', () => {
  const urlOf = (env: Record<string, string>) => tracesUrl(readConfig({ ...NEEDED, ...env }));

  it('is none without a variable, or with empty ones', () => {
    assert.equal(urlOf({}), undefined);
    assert.equal(urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ' ' }), undefined);
  });

  it('adds the path to the common address only', () => {
    for (const base of ['http://collector:4318', 'http://collector:4318/'])
      assert.equal(urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: base }), 'http://collector:4318/v1/traces');
    const own = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/own',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x',
    };
    assert.equal(urlOf(own), 'https://collector/own');
  });

  it('refuses what is no address, and shows no password', () => {
    for (const address of ['collector:4318', 'grpc://collector:4317', '127.0.0.1'])
      assert.throws(() => urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: address }), {
        exitCode: 78,
        message: /^OTEL_EXPORTER_OTLP_ENDPOINT is invalid: expected a URL like http:\/\/collector:4318, got `/,
      });
    assert.throws(
      () => urlOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://me:hidden@collector:4318' }),
      (error: Error) => /without a user or a password/.test(error.message) && !error.message.includes('hidden'),
    );
  });
});

describe('withoutSecrets(env)', () => {
  it('removes the keys of collectors of traces', () => {
    const kept = { OTEL_EXPORTER_OTLP_ENDPOINT: 'x', OTEL_SERVICE_NAME: 'y' };
    const secret = { OTEL_EXPORTER_OTLP_HEADERS: 'a=b', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'c=d' };
    assert.deepEqual(withoutSecrets({ ...kept, ...secret }), kept);
  });
});
