// Keys: for a unit, in its editor, and anywhere. Letters are taken from the key cap where the layout is not Latin.

import { ACTIONS, act } from "./actions.js";
import { dialog, h, on } from "./dom.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {{ key: string, label: string, run: () => void }} Anywhere */

/** @type {Record<string, string>} */
const CAPS = { BracketLeft: "[", BracketRight: "]", Slash: "/" };
/** @type {Record<string, string>} */
const SHIFTED = { "[": "{", "]": "}", "/": "?" };

/** @type {Record<string, string>} */
const SYMBOLS = { ArrowUp: "↑", ArrowDown: "↓" };

/**
 * The name of a key press: "a", "?", "Ctrl+Enter", "Alt+ArrowDown". Ctrl is Command too.
 * @param {KeyboardEvent} e
 */
export function pressed(e) {
  let key = e.key;
  if (key.length === 1 && !/[!-~]/.test(key) && key !== " ") {
    key = /^Key[A-Z]$/.test(e.code) ? e.code.slice(3).toLowerCase() : (CAPS[e.code] ?? key);
    if (e.shiftKey) key = SHIFTED[key] ?? key;
  }
  const named = key.length > 1;
  const modified = e.ctrlKey || e.metaKey || e.altKey;
  if (!named && modified) key = key.toUpperCase();
  else if (/^[A-Z]$/.test(key) && !e.shiftKey) key = key.toLowerCase(); // Caps Lock
  const shift = e.shiftKey && (named || modified);
  return (e.ctrlKey || e.metaKey ? "Ctrl+" : "") + (e.altKey ? "Alt+" : "") + (shift ? "Shift+" : "") + key;
}

/**
 * @param {Desk} desk
 * @param {Anywhere[]} anywhere
 * @param {() => boolean} single whether keys without Ctrl or Alt are on
 */
export function listen(desk, anywhere, single) {
  on(document, "keydown", (e) => {
    if (e.isComposing || e.defaultPrevented || document.querySelector("dialog[open]")) return;
    const key = pressed(e),
      el = /** @type {HTMLElement} */ (e.target);
    const writing = el.matches("input, textarea, select"),
      inUnit = !!el.closest("[data-row]");
    const alone = !/^(Ctrl|Alt)\+/.test(key);
    const action = ACTIONS.find(
      (a) =>
        (inUnit && (writing || !/[YZ]$/.test(key)) && a.writeStrokes?.includes(key)) ||
        (el.matches("[data-row]") && a.strokes.includes(key)),
    );
    if (inUnit && el.matches("textarea.edit") && (key === "Enter" || key === "Shift+Enter")) desk.finish();
    else if (action && (single() || writing || !alone || key.length > 1)) act(desk, action);
    else {
      const found = anywhere.find((a) => a.key === (key === "Ctrl+Shift+Z" ? "Ctrl+Y" : key));
      if (!found || (writing && alone) || (writing && /Z|Y/.test(key)) || (alone && !single())) return;
      found.run();
    }
    e.preventDefault();
  });
}

/**
 * @param {Anywhere[]} anywhere
 * @param {boolean} single
 * @param {(on: boolean) => void} setSingle
 */
export function openHelp(anywhere, single, setSingle) {
  const keyed = (/** @type {string[]} */ keys) =>
    keys.flatMap((k, n) => [
      n ? " " : "",
      ...k.split("+").flatMap((part, i) => [i ? "+" : "", h("kbd", {}, SYMBOLS[part] ?? part)]),
    ]);
  const box = /** @type {HTMLInputElement} */ (
    h("input", { type: "checkbox", checked: single, onchange: () => setSingle(box.checked) })
  );
  const row = (/** @type {string} */ label, /** @type {string[]} */ a, /** @type {string[]} */ b) =>
    h("tr", {}, h("th", { scope: "row" }, label), h("td", {}, ...keyed(a)), h("td", {}, ...keyed(b)));
  dialog("Keys", [
    h(
      "p",
      {},
      "Click a translation or press Enter to correct it; Ctrl+Enter approves and goes on. On a Mac, use Command.",
    ),
    h("label", {}, box, " Keys without Ctrl or Alt work too"),
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "What"),
          h("th", { scope: "col" }, "On a unit"),
          h("th", { scope: "col" }, "While writing"),
        ),
      ),
      h(
        "tbody",
        {},
        ...ACTIONS.map((a) => row(a.label, a.strokes, a.writeStrokes ?? [])),
        row("Done with this text", [], ["Enter"]),
        ...anywhere.map((a) => row(`${a.label} (anywhere)`, [a.key], [])),
      ),
    ),
  ]);
}
