// Split a unit: a cut on either side, at a word.

import { button, dialog, h, say } from "./dom.js";
import { caretAt } from "./desk.js";
import { split } from "./reshape.js";
import { sentenceCuts } from "./text.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./model.js").Row} Row */

/**
 * Offsets where a text may be cut: its ends and the begins of words.
 * @param {string} text
 */
export function wordCuts(text) {
  const inner = [...text.matchAll(/\s+/g)].map((m) => m.index + m[0].length).filter((n) => n < text.length);
  return [...new Set([0, ...inner, text.length])];
}

/** @param {number[]} cuts @param {number} at */
export const nearest = (cuts, at) =>
  cuts.reduce((best, c) => (Math.abs(c - at) < Math.abs(best - at) ? c : best), cuts[0]);

/**
 * A cut to begin with: at the caret, else at the end of the sentence nearest to the given share of the text.
 * @param {string} text
 * @param {number | undefined} caret
 * @param {number} share 0 to 1
 */
export function firstCut(text, caret, share) {
  const words = wordCuts(text);
  if (caret !== undefined) return nearest(words, caret);
  const sentences = sentenceCuts(text);
  return nearest(sentences.length ? sentences : words, share * text.length);
}

/**
 * @param {Desk} desk
 * @param {Row} row
 * @param {number} [source] offset of the caret in the source
 * @param {number} [target] in the target
 */
export function openSplit(desk, row, source, target) {
  const share =
    target !== undefined ? target / (row.target.length || 1) : source !== undefined ? source / row.source.length : 0.5;
  const { facts } = desk;
  const at = { source: firstCut(row.source, source, share), target: firstCut(row.target, target, share) };
  const ok = button(
    "Split",
    () => {
      box.close();
      desk.closeEditor();
      desk.go(split(desk.model, row, at.source, at.target));
      say("Split in two. Ctrl+Z takes it back.");
    },
    { class: "primary" },
  );
  const side = (
    /** @type {"source" | "target"} */ name,
    /** @type {string} */ lang,
    /** @type {string} */ dir,
    /** @type {string} */ label,
  ) => {
    const cuts = wordCuts(row[name]);
    const text = h("p", {
      "data-side": name,
      lang,
      dir,
      onclick: (/** @type {MouseEvent} */ e) => {
        const n = caretAt(e, text);
        if (n !== undefined) set(nearest(cuts, n));
      },
    });
    const slider = /** @type {HTMLInputElement} */ (
      h("input", {
        type: "range",
        min: 0,
        max: cuts.length - 1,
        dir,
        "aria-label": `Where to cut the ${label}`,
        oninput: () => set(cuts[Number(slider.value)]),
      })
    );
    const set = (/** @type {number} */ n) => {
      at[name] = n;
      slider.value = String(cuts.indexOf(n));
      slider.setAttribute("aria-valuetext", `before: ${row[name].slice(n, n + 40) || "the end"}`);
      text.replaceChildren(h("span", {}, row[name].slice(0, n)), h("mark", {}, row[name].slice(n)));
      ok.disabled = !(at.source || at.target) || (at.source === row.source.length && at.target === row.target.length);
    };
    set(at[name]);
    return h("div", {}, text, slider);
  };
  const box = dialog(
    `Split unit ${desk.rows.number(row)}`,
    [
      h("p", {}, "Click a word, or move the sliders: what is marked becomes the next unit."),
      h(
        "div.pair",
        {},
        side("source", facts.lang, facts.dir, facts.langName),
        side("target", facts.targetLang, facts.targetDir, facts.targetName),
      ),
    ],
    [ok],
  );
  box.querySelector("input")?.focus();
}
