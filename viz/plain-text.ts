/** Characters that reorder the text around them. A name that contains one could change how the rest of a sentence reads. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Replaces these characters in text from outside by U+FFFD. */
export function withoutBidiControls(text: string): string {
  return text.replaceAll(BIDI_CONTROLS, '\ufffd');
}
