// The units as the page was made: the rows are the data, there is no second copy of the texts.

/** @typedef {"new" | "approved" | "rejected"} Status */
/**
 * A unit as bitext wrote it.
 * @typedef {object} Unit
 * @property {string} id
 * @property {string} source
 * @property {string} target
 * @property {number} score 0 to 1
 * @property {string} scoreText the same as bitext wrote it
 * @property {number} paragraph
 * @property {string} origin mt, memory, copy or human
 * @property {string[]} flags
 * @property {Status} status
 * @property {string} note
 */
/**
 * What is known of the document.
 * @typedef {object} Facts
 * @property {string} doc
 * @property {string} lang
 * @property {string} targetLang
 * @property {string} langName
 * @property {string} targetName
 * @property {"rtl" | "ltr"} dir
 * @property {"rtl" | "ltr"} targetDir
 * @property {string} sourceSha256
 * @property {string} unitsSha256
 * @property {string} madeBy
 * @property {string} tmxDate
 * @property {import("./checks.js").Pair} pair
 * @property {Record<string, string>} reasons flag to what it means, in the order of the checks
 */

/** @returns {Facts} */
export function readFacts() {
  const data = (/** @type {string} */ name) => document.body.dataset[name] ?? "";
  const way = (/** @type {string} */ name) => (data(name) === "rtl" ? "rtl" : "ltr");
  return {
    doc: data("doc"),
    lang: data("lang"),
    targetLang: data("targetLang"),
    langName: data("langName"),
    targetName: data("targetName"),
    dir: way("dir"),
    targetDir: way("targetDir"),
    sourceSha256: data("sourceSha256"),
    unitsSha256: data("unitsSha256"),
    madeBy: data("madeBy"),
    tmxDate: data("tmxDate"),
    pair: { letters: data("letters"), foreign: data("foreign"), terseness: data("terseness").split(" ").map(Number) },
    reasons: Object.fromEntries(
      data("reasons")
        .split("\n")
        .map((line) => line.split("=")),
    ),
  };
}

/**
 * The parts of a row. It was written by template.html or rows.js.
 * @param {Element} row
 */
export function parts(row) {
  const [number, source, target] = /** @type {HTMLElement[]} */ ([...row.children]);
  return { number, source, target, foot: /** @type {HTMLElement} */ (row.querySelector(":scope > footer")) };
}

/**
 * @param {HTMLElement} row
 * @param {number} paragraph of the row before
 * @returns {Unit}
 */
export function readUnit(row, paragraph) {
  const { source, target, foot } = parts(row);
  const score = /** @type {HTMLDataElement} */ (foot.firstElementChild);
  return {
    id: row.dataset.row ?? "",
    source: source.textContent ?? "",
    target: target.textContent ?? "",
    score: Number(score.value),
    scoreText: score.value,
    paragraph: Number(row.dataset.p ?? paragraph + (row.className ? 1 : 0)),
    origin: row.dataset.origin ?? "mt",
    flags: [...foot.querySelectorAll("li")].map((li) => li.dataset.flag ?? ""),
    status: /** @type {Status} */ (row.dataset.status ?? "new"),
    note: foot.querySelector("q")?.textContent ?? "",
  };
}

/**
 * The rows in the order shown. They stand in sections of some dozen, which a browser lays out only when they are near.
 * @param {HTMLElement} main
 * @returns {HTMLElement[]}
 */
export const rowElements = (main) =>
  [...main.querySelectorAll("[data-row]")].map((el) => /** @type {HTMLElement} */ (el));

/**
 * @param {HTMLElement} main
 * @returns {Unit[]}
 */
export function readUnits(main) {
  let paragraph = -1;
  return rowElements(main).map((el) => {
    const unit = readUnit(el, paragraph);
    paragraph = unit.paragraph;
    return unit;
  });
}
