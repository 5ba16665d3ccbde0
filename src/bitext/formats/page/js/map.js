// The strip at the edge: one mark a unit, coloured by state and score.

import { on } from "./dom.js";
import { outcome } from "./outcome.js";
import { STATES } from "./rows.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./model.js").Row} Row */

/** What wins where a pixel stands for many units. */
const RANK = ["approved", "good", "fair", "poor", "rejected"];

export class Strip {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Desk} desk
   */
  constructor(canvas, desk) {
    this.canvas = canvas;
    this.desk = desk;
    this.waiting = false;
    on(canvas, "click", (e) => this.goTo(e.offsetY / canvas.clientHeight));
    on(canvas, "keydown", (e) => this.key(e));
    on(window, "resize", () => this.later());
    desk.model.listeners.push(() => this.later());
    desk.listeners.push(() => this.later());
    this.later();
  }

  later() {
    if (this.waiting) return;
    this.waiting = true;
    setTimeout(() => {
      this.waiting = false;
      this.draw();
    }, 100); // not with each key
  }

  /** @param {Row} row */
  kind(row) {
    if (row.status !== "new") return row.status;
    const { score, flags } = outcome(this.desk.model, row, this.desk.facts);
    return score < 0.5 ? "poor" : score < 0.8 || flags.length ? "fair" : "good";
  }

  draw() {
    const { canvas } = this,
      pen = canvas.getContext("2d");
    const rows = this.desk.model.rows(),
      scale = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale),
      height = Math.round(canvas.clientHeight * scale);
    if (!pen || !height || !rows.length) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const style = getComputedStyle(canvas),
      { borderTopColor, borderBottomColor, borderLeftColor, outlineColor } = style;
    /** @type {Record<string, string>} */
    const colours = {
      approved: borderTopColor,
      rejected: borderBottomColor,
      good: borderLeftColor,
      fair: outlineColor,
      poor: borderBottomColor,
    };
    pen.clearRect(0, 0, width, height);
    const each = height / rows.length,
      gap = each > 4 * scale ? scale : 0;
    let here = -1,
      y = -1,
      worst = "";
    rows.forEach((row, n) => {
      if (row.id === this.desk.id) here = n;
      const kind = this.kind(row),
        top = Math.floor(n * each);
      worst = top === y && RANK.indexOf(worst) > RANK.indexOf(kind) ? worst : kind;
      y = top;
      pen.fillStyle = colours[worst];
      const full = row.status !== "new" || worst === "poor" || worst === "fair";
      pen.fillRect(full ? 0 : width * 0.3, top, width, Math.max(scale, Math.ceil(each) - gap));
    });
    if (here >= 0) {
      pen.fillStyle = style.color;
      pen.fillRect(0, Math.floor(here * each), width, Math.max(3 * scale, Math.ceil(each) - gap));
    }
    const row = this.desk.row;
    canvas.setAttribute("aria-valuemax", String(rows.length));
    canvas.setAttribute("aria-valuenow", String(Math.max(1, here + 1)));
    canvas.setAttribute(
      "aria-valuetext",
      row ? `Unit ${this.desk.rows.number(row)}, ${STATES[row.status]}` : "no unit",
    );
  }

  /** @param {number} share 0 to 1 */
  goTo(share) {
    const rows = this.desk.model.rows();
    this.show(rows[Math.min(rows.length - 1, Math.max(0, Math.floor(share * rows.length)))]);
  }

  /** @param {Row | undefined} row */
  show(row) {
    if (!row) return;
    const el = this.desk.rows.element(row.id);
    for (const e of [el, el?.parentElement]) if (e) e.hidden = false;
    this.desk.go(row, { focus: document.activeElement !== this.canvas });
    el?.scrollIntoView({ block: "center" });
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    const rows = this.desk.model.rows();
    const here = rows.findIndex((r) => r.id === this.desk.id),
      page = Math.max(1, Math.round(rows.length / 10));
    /** @type {Record<string, number>} */
    const to = {
      ArrowDown: here + 1,
      ArrowRight: here + 1,
      ArrowUp: here - 1,
      ArrowLeft: here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: rows.length - 1,
    };
    if (e.key === "Enter" && this.desk.row) this.desk.go(this.desk.row);
    else if (e.key in to) this.show(rows[Math.min(rows.length - 1, Math.max(0, to[e.key]))]);
    else return;
    e.preventDefault();
  }
}
