// Search keys: case, vowel marks, tatweel, direction marks and the spellings of alef, yaa and taa marbuta don't count.

const IGNORED = /[\p{M}\p{Cf}ـ]/gu;
/** @type {Record<string, string>} */
const SAME = { ٱ: "ا", ى: "ي", ی: "ي", ة: "ه", ک: "ك", "’": "'", "‘": "'", "“": '"', "”": '"' };
const SAME_RE = /[ٱىیةک’‘“”٠-٩۰-۹]/g;

/** @param {string} c */
const one = (c) => SAME[c] ?? String(c.charCodeAt(0) & 15);

/**
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  return text.normalize("NFKD").replace(IGNORED, "").replace(SAME_RE, one).toLowerCase();
}

/**
 * Where a folded query stands in a text, as [start, end) offsets of the text itself. Marks after a hit belong to it.
 * @param {string} text
 * @param {string} query folded
 * @returns {[number, number][]}
 */
export function places(text, query) {
  if (!query) return [];
  let folded = "";
  /** @type {number[]} */
  const from = [];
  let at = 0;
  for (const c of text) {
    const f = fold(c);
    for (let i = 0; i < f.length; i++) from.push(at);
    folded += f;
    at += c.length;
  }
  from.push(text.length);
  /** @type {[number, number][]} */
  const found = [];
  for (let n = folded.indexOf(query); n >= 0; n = folded.indexOf(query, n + query.length)) {
    const end = n + query.length;
    const last = from[end - 1];
    found.push([from[n], Math.max(from[end], last + 1)]);
  }
  return found;
}
