// Which units are shown, and in what order.

import { byId, h, inputById, on } from "./dom.js";
import { parts, rowElements } from "./base.js";
import { fold, places } from "./fold.js";
import { isUntouched, outcome } from "./outcome.js";

/** @typedef {import("./rows.js").Rows} Rows */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {import("./base.js").Facts} Facts */

const MARKED = 2000; // hits that are marked at most

export class Finder {
  /**
   * @param {Rows} rows
   * @param {Facts} facts
   * @param {() => void} shown called when other rows are shown
   */
  constructor(rows, facts, shown) {
    this.rows = rows;
    this.facts = facts;
    this.shown = shown;
    this.show = /** @type {HTMLSelectElement} */ (byId("show"));
    this.sort = /** @type {HTMLSelectElement} */ (byId("sort"));
    this.below = inputById("below");
    this.query = inputById("query");
    /** @type {WeakMap<Row, string>} */
    this.keys = new WeakMap();
    this.order = "document";
    const flags = new Set(rows.model.base.flatMap((u) => u.flags));
    for (const f of new Set([...Object.keys(facts.reasons), ...flags])) {
      this.show.append(h("option", { value: `flag:${f}` }, `Flag: ${facts.reasons[f] ?? f}`));
    }
    let timer = 0;
    on(this.query, "input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.apply(), 150);
    });
    for (const el of [this.show, this.sort, this.below]) on(el, "change", () => this.apply());
    on(byId("all"), "click", () => this.reset());
  }

  reset() {
    this.show.value = "all";
    this.query.value = "";
    this.apply();
  }

  /** @param {Row} row @param {string} query folded */
  fits(row, query) {
    const show = this.show.value,
      { model } = this.rows;
    if (query && !this.key(row).includes(query)) return false;
    if (show === "all") return true;
    if (show === "open") return row.status === "new";
    if (show === "approved" || show === "rejected") return row.status === show;
    if (show === "changed") return !isUntouched(model, row);
    if (show === "commented") return row.note !== "";
    const { flags, score } = outcome(model, row, this.facts);
    if (show === "below") return score * 100 < Number(this.below.value);
    if (show === "flagged") return flags.length > 0;
    return flags.includes(show.slice(5));
  }

  /** @param {Row} row what is searched: both texts and the comment */
  key(row) {
    let key = this.keys.get(row);
    if (key === undefined) this.keys.set(row, (key = fold(`${row.source}\n${row.target}\n${row.note}`)));
    return key;
  }

  apply() {
    this.below.hidden = this.show.value !== "below";
    const query = fold(this.query.value.trim());
    const rows = this.rows.model.rows();
    let n = 0;
    for (const row of rows) {
      const el = this.rows.element(row.id),
        fits = this.fits(row, query);
      if (el && el.hidden === fits) el.hidden = !fits;
      if (fits) n++;
    }
    if (this.order !== this.sort.value || this.order !== "document") this.arrange(rows);
    for (const section of /** @type {Iterable<HTMLElement>} */ (this.rows.main.children)) {
      section.hidden = !section.querySelector("[data-row]:not([hidden])");
    }
    const all = n === rows.length;
    byId("found").textContent = all ? "" : `${n} of ${rows.length} shown`;
    byId("all").hidden = all;
    byId("nothing").hidden = n > 0;
    this.mark(query);
    this.shown();
  }

  /** @param {Row[]} rows in the document's order */
  arrange(rows) {
    this.order = this.sort.value;
    this.rows.main.classList.toggle("sorted", this.order !== "document");
    const score = (/** @type {Row} */ r) => outcome(this.rows.model, r, this.facts).score;
    const sorted = this.order === "document" ? rows : [...rows].sort((a, b) => score(a) - score(b));
    const sections = this.rows.main.children,
      each = Math.ceil(sorted.length / sections.length);
    [...sections].forEach((section, n) =>
      section.append(...sorted.slice(n * each, (n + 1) * each).flatMap((r) => this.rows.element(r.id) ?? [])),
    );
  }

  /** @param {string} query marks the hits without touching the text */
  mark(query) {
    const highlights = /** @type {any} */ (CSS).highlights;
    if (!highlights) return;
    /** @type {Range[]} */
    const ranges = [];
    if (query) {
      for (const el of rowElements(this.rows.main)) {
        if (ranges.length > MARKED) break;
        if (el.hidden) continue;
        const { source, target } = parts(el);
        for (const cell of [source, target]) {
          for (const [start, end] of places(cell.textContent ?? "", query)) ranges.push(rangeIn(cell, start, end));
        }
      }
    }
    highlights.set("found", new /** @type {any} */ (window).Highlight(...ranges));
  }
}

/** @param {Element} cell @param {number} start @param {number} end offsets in its text */
function rangeIn(cell, start, end) {
  const range = document.createRange();
  const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  let at = 0,
    open = false;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const length = node.textContent?.length ?? 0;
    if (!open && start < at + length) {
      range.setStart(node, start - at);
      open = true;
    }
    if (open && end <= at + length) {
      range.setEnd(node, end - at);
      break;
    }
    at += length;
  }
  return range;
}
