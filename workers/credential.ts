import { z } from 'zod';
import { invalidInHeader } from './clean-value.ts';

/** Text for an HTTP header. The error names only the first invalid character, because the text may be secret. */
export const headerText = z.string().superRefine((text, context) => {
  const found = invalidInHeader(text);
  if (found !== undefined)
    context.addIssue({ code: 'custom', message: `printable ASCII without spaces, but it has ${found}` });
});

/** Placeholders of examples and scripts. Twitch's own values are 30 letters and digits, and may begin with any of them. */
const PLACEHOLDER = /^(undefined|null|none|nil|nan|true|false|x+|change-?_?me|todo|(your|my|the)[-_].*|.*_here)$/i;

/** The id or the secret of a Twitch application, from the developer console. */
export const credential = headerText
  .refine((text) => !/["'`]/.test(text), 'no quotes, but it has one without its counterpart')
  .refine(
    (text) => !/^(oauth|bearer):/i.test(text),
    'the value from the developer console, not a user token (`oauth:`)',
  )
  .refine((text) => /^[\w-]*$/.test(text), 'letters and digits, as the developer console shows them')
  .refine((text) => !PLACEHOLDER.test(text), 'your own value, not a placeholder');
