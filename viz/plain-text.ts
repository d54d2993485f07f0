/** Characters that reorder the text around them: a name with one of these could rewrite the sentence that it stands in. */
const BIDI_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside with its reordering characters replaced by the mark for an unknown one. */
export function withoutBidiControls(text: string): string {
  return text.replaceAll(BIDI_CONTROLS, '\ufffd');
}
