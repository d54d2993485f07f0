import assert from 'node:assert/strict';
import { readReportSettings, REPORT_SETTINGS_PATH } from '../../../activities/parameters/report-settings.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

describe('readReportSettings(parameters)', () => {
  const read = (value: unknown) => readReportSettings(memoryParameters({ [REPORT_SETTINGS_PATH]: value }));

  it('names nobody without a setting', async () => {
    assert.deepEqual(await readReportSettings(memoryParameters()), { showChatters: false });
    assert.deepEqual(await read({}), { showChatters: false });
  });
  it('takes what is set, and ignores what it does not know', async () => {
    assert.deepEqual(await read({ showChatters: true, later: 1 }), { showChatters: true });
  });
  it('refuses what is no setting', async () => {
    await assert.rejects(read({ showChatters: 'yes' }));
  });
});
