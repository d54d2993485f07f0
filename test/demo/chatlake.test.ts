import assert from 'node:assert/strict';
import { COMMANDS } from '../../cli/commands/index.ts';
import { chatlake } from './command.ts';

describe('chatlake up, without credentials', () => {
  it('prints in one line what to set, and exits with 78', async () => {
    const up = chatlake(['up'], {});
    assert.equal(await up.exited(), 78);
    assert.match(up.stderr(), /^Set TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET [^\n]*\n$/);
  });
});

const NAMES = /^(.*), (.*)$/
  .exec(COMMANDS.map(({ name }) => name).join(', '))
  ?.slice(1)
  .join(' or ');

describe('chatlake', () => {
  for (const [args, complaint] of [
    [[], new RegExp(`^Expected the command ${NAMES}, got \`\`\\.$`, 'm')],
    [['demmo'], new RegExp(`^Expected the command ${NAMES}, got \`demmo\`\\.$`, 'm')],
    [['up', 'x'], /^Expected no argument after `chatlake up`, got `x`\. See `chatlake up --help`\.$/m],
    [['demo', '--seed', 'x'], /Expected --seed to be a whole number, got `x`/],
    [['demo', '--twice'], /--twice/],
    [
      ['demo', '--transcript', '/nowhere'],
      /^Expected --transcript \(\/nowhere\) to be a readable file, got ENOENT\. Give another/,
    ],
    [['demo', '--transcript', '/'], /^Expected --transcript \(\/\) to be a readable file, got EISDIR\. Give another/],
    [
      ['demo', '--transcript', '/dev/null'],
      /^Expected --transcript \(\/dev\/null\) to contain recorded IRC lines .* found none/,
    ],
  ] as const) {
    it(`refuses \`${args.join(' ')}\``, async () => {
      const command = chatlake([...args], {});
      assert.notEqual(await command.exited(), 0);
      assert.match(command.stderr(), complaint);
      assert.doesNotMatch(command.stderr(), /\n {4}at /, 'no stack trace');
    });
  }

  it('--help lists the commands', async () => {
    const help = chatlake(['--help'], {});
    assert.equal(await help.exited(), 0);
    for (const { name, summary } of COMMANDS)
      assert.match(help.stdout().replaceAll(/\s+/g, ' '), new RegExp(`chatlake ${name} ${summary}`));
  });
});
