import { z } from 'zod';
import { unfitForHeader } from './clean-value.ts';

/** What is sent in a header of HTTP; the first sign that cannot be is named, and nothing else of it. */
export const headerText = z.string().superRefine((text, context) => {
  const sign = unfitForHeader(text);
  if (sign !== undefined)
    context.addIssue({ code: 'custom', message: `printable ASCII without spaces, which ${sign} is not` });
});

/** What stands in examples and scripts where a value was to be put in. Twitch's own values are 30 letters and digits, and may begin with any. */
const PLACEHOLDER = /^(undefined|null|none|nil|nan|true|false|x+|change-?_?me|todo|(your|my|the)[-_].*|.*_here)$/i;

/** The id or the secret of a Twitch application, which the developer console shows. */
export const credential = headerText
  .refine((text) => !/["'`]/.test(text), 'no quotes, of which there is one without its other')
  .refine((text) => !/^(oauth|bearer):/i.test(text), 'what the developer console shows; `oauth:` begins a user token')
  .refine((text) => /^[\w-]*$/.test(text), 'letters and digits, as the developer console shows them')
  .refine((text) => !PLACEHOLDER.test(text), 'a value of your own, and not what stands in for one');
