// All flags of the document, by kind.

import { button, dialog, h } from "./dom.js";
import { outcome } from "./outcome.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./model.js").Row} Row */

const LISTED = 200; // units a kind; the filter shows all

/**
 * @param {Desk} desk
 * @returns {Map<string, Row[]>} flag to rows, in the order of the checks
 */
export function flagged(desk) {
  /** @type {Map<string, Row[]>} */
  const found = new Map(Object.keys(desk.facts.reasons).map((f) => [f, []]));
  for (const row of desk.model.rows()) {
    for (const f of outcome(desk.model, row, desk.facts).flags) {
      if (!found.has(f)) found.set(f, []);
      found.get(f)?.push(row);
    }
  }
  return new Map([...found].filter(([, rows]) => rows.length));
}

/**
 * @param {Desk} desk
 * @param {(row: Row) => void} show
 * @param {(flag: string) => void} filter
 */
export function openOutline(desk, show, filter) {
  const kinds = [...flagged(desk)];
  const box = dialog(
    "Flags",
    kinds.length
      ? kinds.map(([flag, rows]) =>
          h(
            "section.kind",
            {},
            h(
              "h3",
              {},
              desk.facts.reasons[flag] ?? flag,
              " ",
              button(
                `Show only these ${rows.length}`,
                () => {
                  box.close();
                  filter(flag);
                },
                { class: "quiet" },
              ),
            ),
            h(
              "p.links",
              {},
              ...rows.slice(0, LISTED).map((row) =>
                button(
                  desk.rows.number(row),
                  () => {
                    box.close();
                    show(row);
                  },
                  { "aria-label": `Unit ${desk.rows.number(row)}`, title: row.target.slice(0, 120) },
                ),
              ),
              rows.length > LISTED && `and ${rows.length - LISTED} more`,
            ),
          ),
        )
      : [h("p", {}, "Nothing is flagged.")],
  );
}
