const [QUOTE, BACKSLASH, COMMA, COLON, OPENING_BRACKET] = Buffer.from('"\\,:[');

/**
 * The greatest number of values that a JSON text can hold, including the names of fields. It passes over the bytes
 * once, before anything is parsed. Each value except the first comes after a comma, a colon or an opening bracket, and
 * each name after a comma or a brace. The text need not be JSON.
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
