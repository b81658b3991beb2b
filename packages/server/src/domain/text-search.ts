/**
 * The longest part that V8 finds in linear time. Of a longer one its Boyer-Moore tables know the last 250 units only
 * (`kBMMaxShift`); it then goes on by one place, and the cost is the product of both lengths.
 */
const NATIVE_LENGTH_MAX = 250;

/**
 * A test of whether a text has `part` in it, linear in both whatever they are: `$contains` runs inside accepting, and a
 * text of one letter with a part that differs in its middle would hold up the whole node for seconds.
 */
export function compileSearch(part: string): (text: string) => boolean {
  if (part.length <= NATIVE_LENGTH_MAX) return (text) => text.includes(part);
  const beginning = part.slice(0, NATIVE_LENGTH_MAX);
  let fallbacks: Uint32Array | undefined;
  return (text) => {
    if (text.length < part.length) return false;
    const start = text.indexOf(beginning);
    if (start < 0) return false;
    // Made when it is needed: it takes four bytes for each unit, and hardly any text comes so far.
    fallbacks ??= fallbacksOf(part);
    return search({ text, start }, part, fallbacks);
  };
}

/** Knuth, Morris and Pratt, "Fast pattern matching in strings" (1977): no place of the text is read again. */
function search(
  { text, start }: { readonly text: string; readonly start: number },
  part: string,
  fallbacks: Uint32Array,
): boolean {
  let matched = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = fallbacks[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === unit) matched += 1;
    if (matched === part.length) return true;
  }
  return false;
}

/** Of each beginning of `part`, the length of the longest shorter beginning that it ends with. */
function fallbacksOf(part: string): Uint32Array {
  const fallbacks = new Uint32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at++) {
    const unit = part.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== unit) matched = fallbacks[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === unit) matched += 1;
    fallbacks[at] = matched;
  }
  return fallbacks;
}
