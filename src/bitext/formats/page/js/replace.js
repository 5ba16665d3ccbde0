// Replace in the translations, with a preview of every place.

import { diff } from "./diff.js";
import { button, dialog, h, say } from "./dom.js";
import { fold, places } from "./fold.js";
import { oneLine } from "./text.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Row} Row */

const SHOWN = 300; // units in the preview; the rest is counted

/**
 * The text with every hit replaced; undefined where there is none.
 * @param {string} text
 * @param {string} find
 * @param {string} put
 * @param {boolean} exact upper and lower case and marks count
 */
export function replaced(text, find, put, exact) {
  if (!find) return undefined;
  if (exact) return text.includes(find) ? text.replaceAll(find, () => put) : undefined;
  const hits = places(text, fold(find));
  if (!hits.length) return undefined;
  let out = "",
    at = 0;
  for (const [start, end] of hits) {
    out += text.slice(at, start) + put;
    at = end;
  }
  return out + text.slice(at);
}

/**
 * All chosen replacements as one step.
 * @param {Model} model
 * @param {Map<Row, string>} texts
 */
export function replaceAll(model, texts) {
  const groups = new Set([...texts.keys()].map((r) => model.groupOf(r)));
  model.run({
    label: "replace",
    changes: [...groups].map((g) => ({
      removed: [g],
      inserted: [
        { ...g, rows: g.rows.map((r) => (texts.has(r) ? { ...r, target: /** @type {string} */ (texts.get(r)) } : r)) },
      ],
    })),
  });
}

/**
 * @param {Desk} desk
 * @param {string} query what was searched for
 * @param {() => Row[]} shown the rows to look in
 */
export function openReplace(desk, query, shown) {
  const { targetLang, targetDir } = desk.facts;
  const input = (/** @type {string} */ label, /** @type {string} */ value) => {
    const field = /** @type {HTMLInputElement} */ (
      h("input", { type: "text", value, lang: targetLang, dir: "auto", oninput: () => preview() })
    );
    return { field, line: h("label", {}, label, field) };
  };
  const find = input("Find in the translations", query),
    put = input("Replace by", "");
  const exact = /** @type {HTMLInputElement} */ (h("input", { type: "checkbox", onchange: () => preview() }));
  const list = h("ul.hits"),
    count = h("p", { role: "status" });
  /** @type {Map<Row, string>} */
  let texts = new Map();
  /** @type {Set<Row>} */
  const left = new Set();
  const go = button(
    "Replace",
    () => {
      const chosen = new Map([...texts].filter(([r]) => !left.has(r)));
      box.close();
      if (!chosen.size) return;
      replaceAll(desk.model, chosen);
      say(`Replaced in ${chosen.size} unit${chosen.size > 1 ? "s" : ""}. Ctrl+Z takes it back.`);
    },
    { class: "primary" },
  );
  const preview = () => {
    texts = new Map();
    left.clear();
    for (const row of shown()) {
      const text = replaced(row.target, find.field.value, oneLine(put.field.value), exact.checked);
      if (text !== undefined && text !== row.target) texts.set(row, text);
    }
    count.textContent = !find.field.value
      ? ""
      : `${texts.size} unit${texts.size === 1 ? "" : "s"} would change${texts.size > SHOWN ? `, the first ${SHOWN} are listed` : ""}`;
    go.disabled = !texts.size;
    list.replaceChildren(
      ...[...texts].slice(0, SHOWN).map(([row, text]) => {
        const tick = /** @type {HTMLInputElement} */ (
          h("input", {
            type: "checkbox",
            checked: true,
            onchange: () => (tick.checked ? left.delete(row) : left.add(row)),
          })
        );
        return h(
          "li",
          {},
          h("label", {}, tick, ` Unit ${desk.rows.number(row)}`),
          h(
            "p",
            { lang: targetLang, dir: targetDir },
            ...diff(row.target, text).map((p) => (p.kind === "same" ? p.text : h(p.kind, {}, p.text))),
          ),
        );
      }),
    );
  };
  const box = dialog(
    "Replace",
    [find.line, put.line, h("label", {}, exact, " Upper and lower case count"), count, list],
    [go],
  );
  preview();
  (query ? put : find).field.focus();
}
