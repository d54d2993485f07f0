import { readFileSync } from 'node:fs';

/** Every `temporal …` line of the README's code blocks, in their order. */
export function readmeTemporalLines(): string[] {
  const blocks = readFileSync('README.md', 'utf8').matchAll(/```sh\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, block = '']) => block.split('\n')).filter((line) => line.startsWith('temporal '));
}
