// The TMX that `bitext review apply` and `bitext export tmx` would give, byte for byte. As formats/tmx/writer.py.

/** @typedef {import("./base.js").Unit} Unit */
/** @typedef {import("./base.js").Facts} Facts */

const ILLEGAL = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** @param {string} text */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");

/** @param {string} text */
const quoted = (text) =>
  `"${escaped(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`;

/**
 * @param {Facts} facts
 * @param {Unit[]} units as reviewed
 * @returns {string}
 * @throws {Error} a text holds what no XML can
 */
export function formatTmx(facts, units) {
  const pairs = units.filter((u) => u.source.trim() && u.target.trim() && u.status !== "rejected");
  const lang = quoted(facts.lang),
    version = facts.madeBy.replace(/^\S+ /, "");
  const date = facts.tmxDate ? ` creationdate=${quoted(facts.tmxDate)}` : "";
  const dates = facts.tmxDate ? `${date} changedate=${quoted(facts.tmxDate)}` : "";
  const known = new Set();
  const tus = pairs.map((u, n) => {
    const flags = u.flags.join(" ");
    const bad = ILLEGAL.exec(u.source + u.target + u.note);
    if (bad)
      throw new Error(
        `unit ${u.id} holds a character that no TMX can (U+${bad[0].codePointAt(0)?.toString(16).toUpperCase()})`,
      );
    const sum = crc32(u.source) & 0x7ffffff,
      context = known.has(sum);
    known.add(sum);
    const near = /** @type {const} */ ([
      ["pre", pairs[n - 1]?.source],
      ["post", pairs[n + 1]?.source],
    ]);
    return (
      `    <tu tuid=${quoted(`${facts.doc}:${u.id}`)}${dates}>\n${u.note ? `      <note>${escaped(u.note)}</note>\n` : ""}` +
      `      <prop type="x-bitext-score">${u.scoreText}</prop>\n      <prop type="x-origin">${escaped(u.origin)}</prop>\n` +
      (flags ? `      <prop type="x-flags">${escaped(flags)}</prop>\n` : "") +
      (u.status !== "new" ? `      <prop type="x-status">${u.status}</prop>\n` : "") +
      (context
        ? near
            .map(([side, text]) =>
              text ? `      <prop type="x-context-${side}">${escaped(`<seg>${escaped(text)}</seg>`)}</prop>\n` : "",
            )
            .join("")
        : "") +
      `      <prop type="x-doc">${escaped(facts.doc)}</prop>\n      <prop type="x-paragraph">${u.paragraph}</prop>\n` +
      `      <tuv xml:lang=${lang}><seg>${escaped(u.source)}</seg></tuv>\n` +
      `      <tuv xml:lang=${quoted(facts.targetLang)}><seg>${escaped(u.target)}</seg></tuv>\n    </tu>\n`
    );
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">\n' +
    `  <header creationtool="bitext" creationtoolversion=${quoted(version)} segtype="sentence" o-tmf="bitext" ` +
    `adminlang="en" srclang=${lang} datatype="plaintext"${date}/>\n  <body>\n${tus.join("")}  </body>\n</tmx>\n`
  );
}

/**
 * CRC-32 of a text's UTF-8, as zlib has it: the writer knows repeated sources by it.
 * @param {string} text
 */
export function crc32(text) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let n = 0; n < 8; n++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ -1) >>> 0;
}
