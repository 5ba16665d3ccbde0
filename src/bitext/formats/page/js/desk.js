// The unit that the reviewer is at: its place, its editor, its tools.

import { button, h, on, say } from "./dom.js";
import { parts } from "./base.js";
import { diff } from "./diff.js";
import { isUntouched, machineText, outcome } from "./outcome.js";
import { oneLine } from "./text.js";
import { STATES } from "./rows.js";

/** @typedef {import("./rows.js").Rows} Rows */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {import("./base.js").Facts} Facts */

/** For buttons that leave the focus, and the caret, where it is. @param {Event} e */
export const keepFocus = (e) => e.preventDefault();

export class Desk {
  /**
   * @param {Rows} rows
   * @param {Facts} facts
   * @param {(desk: Desk) => HTMLElement[]} tools what stands in the toolbar of a unit
   */
  constructor(rows, facts, tools) {
    this.rows = rows;
    this.model = rows.model;
    this.facts = facts;
    /** @type {string} */
    this.id = "";
    this.isEditing = false;
    this.field = /** @type {HTMLTextAreaElement} */ (
      h("textarea.edit", {
        lang: facts.targetLang,
        dir: facts.targetDir,
        spellcheck: "true",
        autocomplete: "off",
        oninput: () => this.typed(),
        onblur: (/** @type {FocusEvent} */ e) => this.left(e),
      })
    );
    this.note = /** @type {HTMLTextAreaElement} */ (
      h("textarea.note", {
        dir: "auto",
        placeholder: "Comment",
        oninput: () => this.noted(),
      })
    );
    this.was = h("p.was", { lang: facts.targetLang, dir: facts.targetDir });
    this.bar = h("div.tools", { role: "group", "aria-label": "This unit" }, ...tools(this));
    on(rows.main, "click", (e) => this.clicked(e));
    on(rows.main, "focusin", (e) => {
      const row = rows.rowAt(e.target);
      if (row && row.id !== this.id) this.go(row, { focus: false });
    });
    this.model.listeners.push(() => this.refresh());
  }

  /** @returns {Row | undefined} */
  get row() {
    return this.model.find(this.id);
  }

  /**
   * Make a row the current one.
   * @param {Row | undefined} row
   * @param {{ edit?: boolean, focus?: boolean, caret?: number }} [how]
   */
  go(row, { edit = false, focus = true, caret } = {}) {
    const el = row && this.rows.element(row.id);
    if (!row || !el) return;
    if (row.id !== this.id) {
      this.leave();
      this.id = row.id;
      el.classList.add("here");
      el.parentElement?.classList.add("near");
      el.tabIndex = 0;
      el.setAttribute("role", "group");
      el.append(this.was, this.note, this.bar);
      this.note.hidden = !row.note;
      this.note.value = row.note;
      this.refresh();
      for (const hear of this.listeners) hear();
    }
    if (edit) this.edit(caret);
    else if (focus) el.focus({ preventScroll: true });
    if (focus || edit) el.scrollIntoView({ block: "nearest" });
  }

  /** @type {(() => void)[]} called when another row has become the current one */
  listeners = [];

  leave() {
    this.closeEditor();
    const el = this.rows.element(this.id),
      row = this.row;
    this.bar.querySelector("details")?.removeAttribute("open");
    this.was.remove();
    this.note.remove();
    this.bar.remove();
    this.id = "";
    if (!el) return;
    el.classList.remove("here");
    el.parentElement?.classList.remove("near");
    el.removeAttribute("tabindex");
    if (row) this.rows.paint(row);
  }

  /** @param {number} [caret] offset in the text */
  edit(caret) {
    const row = this.row,
      el = this.rows.element(this.id);
    if (!row || !el) return;
    if (!this.isEditing) {
      const { target } = parts(el);
      this.field.value = row.target;
      this.field.setAttribute("aria-label", `${this.facts.targetName}, unit ${this.rows.number(row)}`);
      this.isEditing = true;
      target.hidden = true;
      target.after(this.field);
      this.fit();
      caret ??= row.target.length;
    }
    this.field.focus({ preventScroll: true });
    if (caret !== undefined) this.field.setSelectionRange(caret, caret);
  }

  closeEditor() {
    if (!this.isEditing) return;
    const el = this.rows.element(this.id),
      row = this.row;
    this.isEditing = false; // before the field goes: its blur comes here again
    this.field.remove();
    if (el) parts(el).target.hidden = false;
    if (row) this.rows.paint(row);
    this.refresh();
  }

  /** Leave the editor, stay at the unit. */
  finish() {
    this.closeEditor();
    this.rows.element(this.id)?.focus({ preventScroll: true });
  }

  typed() {
    const row = this.row;
    if (!row) return;
    const clean = oneLine(this.field.value);
    if (clean !== this.field.value) {
      const caret = oneLine(this.field.value.slice(0, this.field.selectionStart)).length;
      this.field.value = clean;
      this.field.setSelectionRange(caret, caret);
    }
    if (clean !== row.target) this.model.edit(row, { target: clean }, `typing in unit ${this.rows.number(row)}`, true);
    this.fit();
  }

  noted() {
    const row = this.row;
    if (!row) return;
    const text = this.note.value.replace(/[\0-\x08\x0b-\x1f\ufffe\uffff]|\p{Cs}/gu, "");
    this.model.edit(row, { note: text }, `comment on unit ${this.rows.number(row)}`, true);
  }

  /** @param {FocusEvent} e */
  left(e) {
    const next = e.relatedTarget;
    if (next instanceof Node && this.rows.element(this.id)?.contains(next)) return;
    if (document.hasFocus()) this.closeEditor();
  }

  /** The editor is as high as its text. */
  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "0";
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  openNote() {
    this.note.hidden = false;
    this.note.focus();
  }

  /** What stands around the current row follows the model. */
  refresh() {
    const row = this.row,
      el = this.rows.element(this.id);
    if (!row || !el) {
      if (this.id) this.leave();
      return;
    }
    const { flags, score } = outcome(this.model, row, this.facts);
    const number = this.rows.number(row);
    el.setAttribute(
      "aria-label",
      [
        `Unit ${number} of ${this.model.base.length}`,
        STATES[row.status],
        `${this.facts.langName} and ${this.facts.targetName}`,
        `score ${Math.round(score * 100)} %`,
        flags.length ? `${flags.length} flag${flags.length > 1 ? "s" : ""}` : "",
      ]
        .filter(Boolean)
        .join(", "),
    );
    this.note.setAttribute("aria-label", `Comment on unit ${number}`);
    if (document.activeElement !== this.note) this.note.value = row.note;
    if (row.note) this.note.hidden = false;
    el.querySelector(":scope > footer > q")?.remove();
    if (this.isEditing && this.field.value !== row.target) this.replaceField(row.target);
    for (const li of /** @type {NodeListOf<HTMLElement>} */ (el.querySelectorAll("[data-flag]"))) {
      const flag = li.dataset.flag ?? "";
      if (!li.querySelector("button")) {
        li.append(
          button("×", () => this.dismiss([flag]), {
            onmousedown: keepFocus,
            "aria-label": `Dismiss: ${li.textContent}`,
            title: "Dismiss",
          }),
        );
      }
    }
    const changed = !isUntouched(this.model, row);
    this.was.hidden = !changed;
    if (changed) {
      this.was.replaceChildren(
        h("span", {}, "Machine: "),
        ...diff(machineText(this.model, row), row.target)
          .filter((p) => p.kind !== "ins")
          .map((p) => (p.kind === "del" ? h("del", {}, p.text) : new Text(p.text))),
      );
    }
    for (const b of this.bar.querySelectorAll("[data-state]")) {
      b.setAttribute("aria-pressed", String(b.getAttribute("data-state") === row.status));
    }
  }

  /**
   * The editor takes over a text from elsewhere; the caret stands where it changed.
   * @param {string} text
   */
  replaceField(text) {
    const old = this.field.value;
    let end = 0;
    while (end < Math.min(old.length, text.length) && old.at(-1 - end) === text.at(-1 - end)) end++;
    this.field.value = text;
    const caret = text.length - end;
    this.field.setSelectionRange(caret, caret);
    this.fit();
  }

  /** @param {string[]} flags */
  dismiss(flags) {
    const row = this.row;
    if (!row || !flags.length) return;
    const inside = this.rows.element(this.id)?.contains(document.activeElement);
    this.model.edit(row, { waived: [...new Set([...row.waived, ...flags])].sort() }, "dismiss");
    if (inside && !document.activeElement?.closest("textarea"))
      this.rows.element(this.id)?.focus({ preventScroll: true });
    say(`Dismissed: ${flags.map((f) => this.facts.reasons[f] ?? f).join(", ")}`);
  }

  /** @param {MouseEvent} e */
  clicked(e) {
    const row = this.rows.rowAt(e.target),
      el = /** @type {Element} */ (e.target);
    if (!row || el.closest("textarea, button, summary")) return;
    if (getSelection()?.toString()) return this.go(row, { focus: false });
    const cell = el.closest('[data-side="target"]');
    this.go(row, cell ? { edit: true, caret: caretAt(e, cell) } : {});
  }
}

/**
 * The offset in a cell's text under the mouse, where the browser tells it.
 * @param {MouseEvent} e
 * @param {Element} cell
 * @returns {number | undefined}
 */
export function caretAt(e, cell) {
  const at = /** @type {any} */ (document).caretPositionFromPoint?.(e.clientX, e.clientY);
  return at && cell.contains(at.offsetNode) ? offsetIn(cell, at.offsetNode, at.offset) : undefined;
}

/**
 * @param {Element} cell
 * @param {Node} node in it
 * @param {number} offset in that
 */
export function offsetIn(cell, node, offset) {
  const range = document.createRange();
  range.setStart(cell, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}
