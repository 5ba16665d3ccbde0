// Text for a cell: runs of the other direction are isolated, direction controls are shown. As text.py does it.

const CONTROL = "[\\u202a-\\u202e\\u2066-\\u2069]";
const RTL = "\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc";
const PIECES = {
  rtl: new RegExp(`(${CONTROL})|([A-Za-zÀ-ɏ](?:[\\w .,:/@'’&+-]*[A-Za-z0-9À-ɏ])?)`, "g"),
  ltr: new RegExp(`(${CONTROL})|([${RTL}](?:[${RTL} \\t\\n\\r\\f\\v]*[${RTL}])?)`, "g"),
};

/**
 * @param {string} text
 * @param {"rtl" | "ltr"} dir of the cell
 * @returns {Node[]}
 */
export function isolated(text, dir) {
  /** @type {Node[]} */
  const nodes = [];
  let at = 0;
  for (const m of text.matchAll(PIECES[dir])) {
    if (m.index > at) nodes.push(new Text(text.slice(at, m.index)));
    const el = document.createElement(m[1] ? "i" : "bdi");
    if (m[1]) el.dataset.c = m[1].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    el.append(m[0]);
    nodes.push(el);
    at = m.index + m[0].length;
  }
  if (at < text.length) nodes.push(new Text(text.slice(at)));
  return nodes;
}

const SENTENCE_END = /[.!?؟…۔][.!?؟…"'”’»)\]]*\s+/g;

/**
 * Where a text may be cut into sentences: offsets after an end mark and the white space behind it.
 * @param {string} text
 * @returns {number[]}
 */
export function sentenceCuts(text) {
  return [...text.matchAll(SENTENCE_END)].map((m) => m.index + m[0].length).filter((n) => n < text.length);
}

/**
 * Two texts put together.
 * @param {string} a
 * @param {string} b
 */
export function joined(a, b) {
  return [a.trim(), b.trim()].filter(Boolean).join(" ");
}

/**
 * What may be typed or pasted: one line, no control characters.
 * @param {string} text
 */
export function oneLine(text) {
  return text.replace(/[\r\n\t\u2028\u2029]+/g, " ").replace(/[\0-\x1f\ufffe\uffff]|\p{Cs}/gu, "");
}

/**
 * Text without white space: what a moved cut leaves as it was.
 * @param {string[]} texts
 */
export const squashed = (texts) => texts.join("").replace(/\s+/g, "");
