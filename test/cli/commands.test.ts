import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../../cli/command.ts';
import { COMMANDS } from '../../cli/commands/index.ts';
import { ConfigError } from '../../workers/config.ts';

const HELP = join(import.meta.dirname, 'help');

/** `help/<command>.txt` has the help of each command. Run this test with UPDATE_GOLDEN=1 to write it, and read what was written. */
describe('chatlake COMMAND --help', () => {
  for (const { name, help, parse } of COMMANDS) {
    it(`describes ${name}`, () => {
      const file = join(HELP, `${name}.txt`);
      if (process.env['UPDATE_GOLDEN']) writeFileSync(file, help);
      assert.equal(help, readFileSync(file, 'utf8'));
      assert.equal(parse(['--help']), 'help');
      assert.equal(parse(['-h']), 'help');
    });

    it(`has an example of ${name} whose arguments it accepts`, () => {
      const [, examples = ''] = /^Examples?\n([^]*)$/m.exec(help) ?? [];
      const lines = examples.split('\n').flatMap((line) => /^ +chatlake (.*)/.exec(line)?.[1] ?? []);
      assert.ok(lines.length > 0);
      for (const line of lines) {
        const [command, ...args] = wordsOf(line);
        assert.equal(command, name);
        assert.equal(typeof parse(args), 'function', line);
      }
    });

    it(`fits ${name} into 100 columns`, () => {
      for (const line of help.split('\n')) assert.ok(line.length <= 100 || line.startsWith('  chatlake'), line);
    });
  }

  it('has no text of another command', () => {
    assert.deepEqual(readdirSync(HELP).sort(), COMMANDS.map(({ name }) => `${name}.txt`).sort());
  });
});

/** The words of a line of shell up to `|` or `>`, with quotes undone. */
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const end = words.findIndex((word) => word === '|' || word === '>');
  return end < 0 ? words : words.slice(0, end);
}

describe('defineCommand(spec)', () => {
  const command = (names?: string[]) =>
    defineCommand({
      name: 'move',
      summary: 'Move a day',
      description: 'Moves a day.',
      exitCodes: '0.',
      ...(names === undefined ? {} : { arguments: names }),
      options: { force: { type: 'boolean', help: 'Overwrite.' }, to: { type: 'string', value: 'DAY', help: 'Where.' } },
      examples: ['chatlake move a'],
      readsEnvironmentFile: false,
      run: async () => {},
    });
  const refused = (names: string[] | undefined, args: string[], message: string) =>
    assert.throws(() => command(names).parse(args), new ConfigError(message));

  it('refuses missing and needless arguments', () => {
    refused(undefined, ['a'], 'Expected no argument after `chatlake move`, got `a`. See `chatlake move --help`.');
    refused(['FROM'], [], 'Expected FROM after `chatlake move`, got nothing. See `chatlake move --help`.');
    refused(['FROM', 'TO'], ['a'], 'Expected FROM TO after `chatlake move`, got `a`. See `chatlake move --help`.');
    refused(['FROM'], ['a', 'b'], 'Expected FROM after `chatlake move`, got `a` `b`. See `chatlake move --help`.');
    refused(['FILE...'], [], 'Expected FILE... after `chatlake move`, got nothing. See `chatlake move --help`.');
  });

  it('accepts as many as it names, and any number for `...`', () => {
    for (const [names, args] of [
      [undefined, []],
      [
        ['FROM', 'TO'],
        ['a', 'b'],
      ],
      [['FILE...'], ['a', 'b', 'c']],
    ] as const)
      assert.equal(typeof command(names?.slice()).parse(args.slice()), 'function');
  });

  it('refuses unknown options and missing values', () => {
    assert.throws(() => command().parse(['--twice']), /Unknown option '--twice'/);
    assert.throws(() => command().parse(['--to']), /--to <value>' argument missing/);
  });
});
