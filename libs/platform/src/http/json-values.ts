const [QUOTE, BACKSLASH, COMMA, COLON, OPENING_BRACKET] = Buffer.from('"\\,:[');

/**
 * How many values a JSON text can hold at most, names of fields included. One pass over the bytes, before anything is
 * parsed: each value but the first comes after a comma, a colon or an opening bracket, and each name after a comma or a
 * brace. The text need not be JSON.
 */
export function countJsonValues(text: Uint8Array): number {
  let count = 1;
  let inText = false;
  for (let index = 0; index < text.length; index += 1) {
    const byte = text[index];
    if (byte === QUOTE) {
      inText = !inText;
    } else if (inText) {
      // A byte after a backslash does not end the string.
      index += byte === BACKSLASH ? 1 : 0;
    } else if (byte === COMMA || byte === COLON || byte === OPENING_BRACKET) {
      count += 1;
    }
  }
  return count;
}
