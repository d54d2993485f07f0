import { Refusal } from '../common/refusal.ts';
import { isSecretVariable } from '../common/secret-variables.ts';

/** Names all invalid variables, with the expected and the found value and where to set them. Never has the value of a secret. */
export class ConfigError extends Refusal {
  override name = 'ConfigError';

  constructor(message: string) {
    super(78, message);
  }
}

/** The sentence for an invalid variable. */
export function invalid(name: string, expected: string, value: string | undefined): string {
  const isSecret = isSecretVariable(name) || /API_KEY|KEY_DATA|CODEC_AUTH|GRPC_META/.test(name);
  const found = value === undefined ? 'nothing' : isSecret ? `${value.length} characters` : `\`${shown(value)}\``;
  // zod's own messages are like `Invalid input: expected number, received NaN`.
  const expectation = expected.replace(/^[\w ]+: expected (.*?)(, received \w+)?$/, '$1');
  return `${name} is invalid: expected ${expectation}, got ${found}. Set it in the environment or in .env; .env.example describes it.`;
}

/** Hides the password of a URL. */
function shown(value: string): string {
  const text = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(/\/\/[^/\s]*@/g, '//…@');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
