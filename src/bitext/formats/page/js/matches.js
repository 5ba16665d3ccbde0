// What a memory suggests for a unit. It stands in the page, beneath the unit; this lets a reviewer take it over.

import { keepFocus } from "./desk.js";
import { button, say } from "./dom.js";
import { oneLine } from "./text.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./model.js").Row} Row */

/**
 * Take over a suggestion for a unit.
 * @param {Desk} desk
 * @param {Row} row
 * @param {number} n from 0
 */
export function take(desk, row, n) {
  const text = desk.rows.element(row.id)?.querySelectorAll(".matches > li")[n]?.lastElementChild?.textContent;
  if (!text) return say("No such suggestion here");
  desk.model.edit(row, { target: oneLine(text) }, "suggestion");
  say(`Suggestion ${n + 1} is taken over. Ctrl+Z takes it back.`);
}

/** A button at each suggestion; a row that comes back gets its suggestions back. @param {Desk} desk */
export function offer(desk) {
  /** @type {Map<string, Element>} */
  const lists = new Map();
  for (const list of desk.rows.main.querySelectorAll(".matches")) {
    const id = desk.rows.rowAt(list)?.id ?? "";
    lists.set(id, list);
    [...list.children].forEach((item, n) =>
      item.firstElementChild?.after(
        button(
          "Use",
          () => {
            const row = desk.rows.rowAt(list);
            if (row) {
              desk.go(row);
              take(desk, row, n);
            }
          },
          { title: String(n + 1), "aria-label": `Use suggestion ${n + 1}`, onmousedown: keepFocus },
        ),
      ),
    );
  }
  desk.model.listeners.push(() => {
    for (const [id, list] of lists) {
      const el = desk.rows.element(id);
      if (el && !el.contains(list)) el.querySelector(":scope > footer")?.after(list);
    }
  });
}
