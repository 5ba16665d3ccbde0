// The checks of bitext.checks, live: same words, same rules (tests compare them).

/** What English words say as numbers: a group a number, counted from zero, then the rest. */
const SPELLED = new Map(
  (
    "zero,one first once,two second both twice,three third,four fourth,five fifth,six sixth,seven seventh," +
    "eight eighth,nine ninth,ten tenth,eleven eleventh,twelve twelfth,thirteen,fourteen,fifteen,sixteen,seventeen," +
    "eighteen,nineteen,twenty"
  )
    .split(",")
    .flatMap((words, n) => words.split(" ").map((w) => /** @type {[string, string]} */ ([w, String(n)]))),
);
"thirty forty fifty sixty seventy eighty ninety hundred"
  .split(" ")
  .forEach((w, n) => SPELLED.set(w, String(n * 10 + 30)));
"january february march april may june july august september october november december"
  .split(" ")
  .forEach((w, n) => SPELLED.set(w, String(n + 1)));
SPELLED.set("thousand", "1000");
const MAY_DOUBLE = new Set(["had", "that", "very", "no", "ha", "bye"]);
const LATIN = /[A-Za-zÀ-ɏ][\p{L}\p{N}_.&@/+-]*[A-Za-z0-9À-ɏ]/gu;
const QUOTES = /["«»„“”‟″]/;
const END = /([.!?؟…۔。！？]+)[\s"'”’»)\]\u200e\u200f\u061c\u2069]*$/;
/** @type {Record<string, string>} */
const KINDS = { "؟": "?", "？": "?", "！": "!", "…": ".", "۔": ".", "。": "." };
const OVERRIDES = /[\u202a-\u202e\u2066-\u2069]/;

/**
 * What the checks must know of the two languages.
 * @typedef {object} Pair
 * @property {string} letters of the source's script, as ranges of a character class; "" where it is not known
 * @property {string} foreign the same, where such letters have no place in the target
 * @property {number[]} terseness characters that each language takes to say what English says in one
 */
/**
 * Flags of a pair of texts.
 * @param {string} source
 * @param {string} target
 * @param {Pair} pair
 * @param {string[]} order the words of bitext.checks.REASONS; flags come in it
 * @returns {string[]}
 */
export function check(source, target, pair, order) {
  /** @type {Record<string, boolean>} */
  let found;
  if (!source.trim() || !target.trim()) found = { empty: !!source.trim() };
  else {
    found = {
      numbers: numbersDiffer(source, target),
      names: !!pair.letters && namesMissing(source, target),
      untranslated: !!pair.foreign && new RegExp(`[${pair.foreign}]`).test(target),
      length: unlikelyLength(source, target, pair.terseness),
      repeated: stutters(target) && !stutters(source),
      brackets: bracketsDiffer(source, target),
      quotes: quotesDiffer(source, target),
      "end-mark": endMark(source) !== endMark(target),
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
  return (text.match(/\p{Nd}(?:(?:[.,٫٬]|،(?=\p{Nd}{3}(?!\p{Nd})))?\p{Nd})*/gu) ?? []).map((n) =>
    n.replace(/\P{Nd}/gu, "").replace(/\P{ASCII}/gu, digit),
  );
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
  const ours = numbers(source),
    theirs = numbers(target);
  let missing = minus(ours, theirs);
  if (missing.length) {
    missing = minus(
      missing,
      (target.toLowerCase().match(/[a-z]+/g) ?? []).flatMap((w) => SPELLED.get(w) ?? []),
    );
  }
  return missing.length > 0 || minus(theirs, ours).some((n) => n.length >= 2);
}

/** @param {string} source @param {string} target */
function namesMissing(source, target) {
  const low = target.toLowerCase();
  return (source.match(LATIN) ?? []).some((name) => !low.includes(name.toLowerCase()));
}

/** @param {string} source @param {string} target @param {number[]} terseness */
function unlikelyLength(source, target, terseness) {
  const s = [...source].length / terseness[0],
    t = [...target].length / terseness[1];
  return Math.abs(t - s) / Math.sqrt((6.8 * (s + t)) / 2) > 2.5;
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
      if (
        run >= n &&
        !(n === 1 && (MAY_DOUBLE.has(words[i]) || /^\p{Nd}+$/u.test(words[i]) || [...words[i]].length === 1))
      )
        return true;
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
  const s = source.split(QUOTES),
    t = target.split(QUOTES).length - 1;
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
