// The checks of bitext.checks, live: same words, same rules (tests compare them).

const ARABIC = "\\u0620-\\u064a\\u066e-\\u06d3\\u06d5\\u06fa-\\u06ff\\u0750-\\u077f\\u08a0-\\u08c9\\ufb50-\\ufdfb\\ufe70-\\ufefc";
const CYRILLIC = "\\u0400-\\u052f", HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff";
/** @type {Record<string, string>} */
const SCRIPTS = {
  ar: ARABIC, fa: ARABIC, ur: ARABIC, ps: ARABIC, ckb: ARABIC, sd: ARABIC, ug: ARABIC, ru: CYRILLIC, uk: CYRILLIC,
  bg: CYRILLIC, be: CYRILLIC, mk: CYRILLIC, he: "\\u05d0-\\u05ea", el: "\\u0370-\\u03ff\\u1f00-\\u1fff",
  hi: "\\u0900-\\u097f", bn: "\\u0980-\\u09ff", th: "\\u0e00-\\u0e7f", ko: "\\uac00-\\ud7af\\u1100-\\u11ff",
  ja: `\\u3040-\\u30ff\\u4e00-\\u9fff`, zh: HAN, zt: HAN,
};
/** @type {Record<string, number>} */
const TERSENESS = { ar: 0.85, he: 0.8, fa: 0.9, zh: 0.35, zt: 0.35, ja: 0.45, ko: 0.5, th: 0.9 };
/** @type {Record<string, string>} */
const SPELLED = Object.fromEntries(
  ("zero 0 one 1 first 1 once 1 two 2 second 2 both 2 twice 2 three 3 third 3 four 4 fourth 4 five 5 fifth 5 six 6 sixth 6 " +
   "seven 7 seventh 7 eight 8 eighth 8 nine 9 ninth 9 ten 10 tenth 10 eleven 11 eleventh 11 twelve 12 twelfth 12 " +
   "thirteen 13 fourteen 14 fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 " +
   "fifty 50 sixty 60 seventy 70 eighty 80 ninety 90 hundred 100 thousand 1000 january 1 february 2 march 3 april 4 " +
   "may 5 june 6 july 7 august 8 september 9 october 10 november 11 december 12").match(/\w+ \w+/g)
    ?.map((pair) => pair.split(" ")) ?? []);
const MAY_DOUBLE = new Set(["had", "that", "very", "no", "ha", "bye"]);
const LATIN = /[A-Za-zÀ-ɏ][\p{L}\p{N}_.&@/+-]*[A-Za-z0-9À-ɏ]/gu;
const QUOTES = /["«»„“”‟″]/;
const END = /([.!?؟…۔。！？]+)[\s"'”’»)\]\u200e\u200f\u061c\u2069]*$/;
/** @type {Record<string, string>} */
const KINDS = { "؟": "?", "？": "?", "！": "!", "…": ".", "۔": ".", "。": "." };
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/;

/**
 * Flags of a pair, in the order of `order`.
 * @param {string} source
 * @param {string} target
 * @param {string} lang
 * @param {string} targetLang
 * @param {string[]} order the words of bitext.checks.REASONS
 * @returns {string[]}
 */
export function check(source, target, lang, targetLang, order) {
  /** @type {Record<string, boolean>} */
  let found;
  if (!source.trim() || !target.trim()) found = { empty: !!source.trim() };
  else {
    found = {
      numbers: numbersDiffer(source, target), names: namesMissing(source, target, lang),
      untranslated: leftOver(target, lang, targetLang), length: unlikelyLength(source, target, lang, targetLang),
      repeated: stutters(target) && !stutters(source), brackets: bracketsDiffer(source, target),
      quotes: quotesDiffer(source, target), "end-mark": endMark(source) !== endMark(target),
    };
  }
  found.bidi = OVERRIDES.test(source) || OVERRIDES.test(target);
  return order.filter((name) => found[name]);
}

/**
 * Numbers as plain digits: ١٫٥ and 1.5 are both "15".
 * @param {string} text
 */
function numbers(text) {
  return (text.match(/\p{Nd}(?:[.,٫٬]?\p{Nd})*/gu) ?? []).map((n) => n.replace(/[.,٫٬]/g, "").replace(/\P{ASCII}/gu, digit));
}

/**
 * The value of a decimal digit; each script has its ten in a row.
 * @param {string} c
 */
function digit(c) {
  const code = c.codePointAt(0) ?? 0;
  let first = code;
  while (code - first < 50 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/**
 * What is in `a` more often than in `b`.
 * @param {string[]} a
 * @param {string[]} b
 */
function minus(a, b) {
  const rest = [...b];
  return a.filter((x) => {
    const n = rest.indexOf(x);
    if (n >= 0) rest.splice(n, 1);
    return n < 0;
  });
}

/** @param {string} source @param {string} target */
function numbersDiffer(source, target) {
  const ours = numbers(source), theirs = numbers(target);
  let missing = minus(ours, theirs);
  if (missing.length) {
    missing = minus(missing, (target.toLowerCase().match(/[a-z]+/g) ?? []).map((w) => SPELLED[w]).filter(Boolean));
  }
  return missing.length > 0 || minus(theirs, ours).some((n) => n.length >= 3);
}

/** @param {string} source @param {string} target @param {string} lang */
function namesMissing(source, target, lang) {
  const low = target.toLowerCase();
  return lang in SCRIPTS && (source.match(LATIN) ?? []).some((name) => !low.includes(name.toLowerCase()));
}

/** @param {string} target @param {string} lang @param {string} targetLang */
function leftOver(target, lang, targetLang) {
  return lang in SCRIPTS && SCRIPTS[targetLang] !== SCRIPTS[lang] && new RegExp(`[${SCRIPTS[lang]}]`).test(target);
}

/** @param {string} source @param {string} target @param {string} lang @param {string} targetLang */
function unlikelyLength(source, target, lang, targetLang) {
  const s = [...source].length / (TERSENESS[lang] ?? 1), t = [...target].length / (TERSENESS[targetLang] ?? 1);
  return Math.abs(t - s) / Math.sqrt(6.8 * (s + t) / 2) > 2.5;
}

/**
 * Whether a phrase of up to eight words follows at once on itself.
 * @param {string} text
 */
function stutters(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+(?:['’][\p{L}\p{N}_]+)*/gu) ?? [];
  for (let n = 1; n <= 8; n++) {
    let run = 0;
    for (let i = 0; i + n < words.length; i++) {
      run = words[i] === words[i + n] ? run + 1 : 0;
      if (run >= n && !(n === 1 && (MAY_DOUBLE.has(words[i]) || /^\p{Nd}+$/u.test(words[i]) || [...words[i]].length === 1))) return true;
    }
  }
  return false;
}

/** @param {string} source @param {string} target */
function bracketsDiffer(source, target) {
  const count = (/** @type {string} */ text, /** @type {RegExp} */ kind) => text.match(kind)?.length ?? 0;
  return [/[([{（［]/g, /[)\]}）］]/g].some((kind) => count(source, kind) !== count(target, kind));
}

/** @param {string} source @param {string} target */
function quotesDiffer(source, target) {
  const s = source.split(QUOTES), t = target.split(QUOTES).length - 1;
  const quoted = s.length % 2 ? s.filter((_, n) => n % 2) : [];
  return (t % 2 === 1 && s.length % 2 === 1) || (t === 0 && quoted.some((q) => q.trim().split(/\s+/).length >= 5));
}

/** @param {string} text */
function endMark(text) {
  const m = END.exec(text);
  if (!m) return "";
  const marks = [...m[1]].map((c) => KINDS[c] ?? c);
  return marks.includes("?") ? "?" : marks.includes("!") ? "!" : ".";
}
