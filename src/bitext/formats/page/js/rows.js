// The rows on the page follow the model.

import { h } from "./dom.js";
import { parts, rowElements } from "./base.js";
import { diff } from "./diff.js";
import { isUntouched, machineText, outcome } from "./outcome.js";
import { isolated } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {import("./model.js").Change} Change */
/** @typedef {import("./base.js").Facts} Facts */

export const STATES = { new: "open", approved: "approved", rejected: "rejected" };

/** @param {number} score */
export const band = (score) => (score >= 0.8 ? "good" : score >= 0.5 ? "fair" : "poor");

export class Rows {
  /**
   * @param {HTMLElement} main
   * @param {Model} model
   * @param {Facts} facts
   */
  constructor(main, model, facts) {
    this.main = main;
    this.model = model;
    this.facts = facts;
    /** @type {Map<string, HTMLElement>} */
    this.elements = new Map();
    for (const el of rowElements(main)) this.elements.set(el.dataset.row ?? "", el);
    model.listeners.push((changes) => changes.forEach((c) => this.follow(c)));
  }

  /** @param {string} id */
  element(id) {
    return this.elements.get(id);
  }

  /**
   * The row that a node is in.
   * @param {EventTarget | null} node
   * @returns {Row | undefined}
   */
  rowAt(node) {
    const el = node instanceof Element ? /** @type {HTMLElement | null} */ (node.closest("[data-row]")) : null;
    return el ? this.model.find(el.dataset.row ?? "") : undefined;
  }

  /**
   * The next row shown, in the order shown.
   * @param {string} id of a row; "": before the first, or after the last
   * @param {number} by -1 or 1
   * @param {(row: Row) => boolean} [fits]
   * @returns {Row | undefined}
   */
  next(id, by, fits = () => true) {
    const all = rowElements(this.main),
      at = all.findIndex((el) => el.dataset.row === id);
    for (let n = at < 0 && by < 0 ? all.length - 1 : at + by; all[n]; n += by) {
      const row = all[n].hidden ? undefined : this.rowAt(all[n]);
      if (row && fits(row)) return row;
    }
    return undefined;
  }

  /** @param {Change} change */
  follow({ removed, inserted }) {
    const before = removed.flatMap((g) => g.rows),
      after = inserted.flatMap((g) => g.rows);
    const stays = new Set(after.map((r) => r.id));
    const anchor = this.element(before[0].id);
    /** @type {HTMLElement | undefined} */
    let last;
    for (const row of after) {
      let el = this.element(row.id);
      if (!el) {
        el = this.made(row.id);
        if (last) last.after(el);
        else anchor?.before(el);
      }
      this.paint(row);
      last = el;
    }
    for (const { id } of before) {
      if (stays.has(id)) continue;
      this.element(id)?.remove();
      this.elements.delete(id);
    }
  }

  /** @param {string} id */
  made(id) {
    const { lang, dir, targetLang, targetDir } = this.facts;
    const el = h(
      "div",
      { "data-row": id },
      h("b"),
      h("p", { "data-side": "source", lang, dir }),
      h("p", { "data-side": "target", lang: targetLang, dir: targetDir }),
      h("footer", {}, h("data")),
    );
    this.elements.set(id, el);
    return el;
  }

  /** @param {Row} row what a unit is called: 3, 3.2, 3–4 */
  number(row) {
    const { model } = this,
      head = model.head(row);
    if (row.of.some((n) => !model.find(model.base[n].id))) return `${row.of[0] + 1}–${row.of[row.of.length - 1] + 1}`;
    return head + 1 + (model.ids.has(row.id) ? "" : row.id.slice(model.base[head].id.length));
  }

  /** @param {Row} row */
  paint(row) {
    const el = this.element(row.id);
    if (!el) return;
    const { number, source, target, foot } = parts(el);
    if (row.status === "new") delete el.dataset.status;
    else el.dataset.status = row.status;
    el.toggleAttribute("data-changed", !isUntouched(this.model, row));
    number.textContent = this.number(row);
    if (source.textContent !== row.source) source.replaceChildren(...isolated(row.source, this.facts.dir));
    if (target.hidden)
      target.textContent = row.target; // being edited; the marks come afterwards
    else target.replaceChildren(...this.marked(row));
    this.paintFoot(row, foot);
  }

  /**
   * The target with the words marked that are not the machine's.
   * @param {Row} row
   * @returns {Node[]}
   */
  marked(row) {
    const { targetDir } = this.facts;
    if (isUntouched(this.model, row) || !row.target) return isolated(row.target, targetDir);
    const was = machineText(this.model, row);
    if (!was) return isolated(row.target, targetDir);
    return diff(was, row.target)
      .filter((p) => p.kind !== "del")
      .flatMap((p) =>
        p.kind === "ins" && p.text.trim()
          ? [h("ins", {}, ...isolated(p.text, targetDir))]
          : isolated(p.text, targetDir),
      );
  }

  /** @param {Row} row @param {HTMLElement} foot */
  paintFoot(row, foot) {
    const { score, flags, origin } = outcome(this.model, row, this.facts);
    foot.replaceChildren(
      h("data", { class: band(score), value: score }, `${Math.round(score * 100)} %`),
      ...(origin === "human" && !isUntouched(this.model, row) ? [h("span.edited", {}, "edited")] : []),
      ...(flags.length
        ? [h("ul", {}, ...flags.map((f) => h("li", { "data-flag": f }, this.facts.reasons[f] ?? f)))]
        : []),
      ...(row.note ? [h("q", {}, row.note)] : []),
    );
  }
}
