// Elements without markup: text goes in as text nodes only.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element. Keys that start with "on" are listeners, `text` and other properties are set, the rest are attributes.
 * @param {string} tag name, with classes as in "p.note"
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const el = document.createElement(name);
  if (classes.length) el.className = classes.join(" ");
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else if (value === true) el.setAttribute(key, "");
    else if (value !== false && value != null) el.setAttribute(key, String(value));
  }
  el.append(...children.filter((c) => c || c === "").map((c) => /** @type {Node | string} */ (c)));
  return el;
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(e: any) => void} act
 */
export const on = (target, type, act) => target.addEventListener(type, act);

/**
 * @param {string} label what it says
 * @param {() => void} act
 * @param {Record<string, any>} [props]
 */
export function button(label, act, props = {}) {
  return /** @type {HTMLButtonElement} */ (h("button", { onclick: act, ...props }, label));
}

/**
 * The element with this id; it is in the page, or the page is not ours.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const el = document.getElementById(id);
  if (!el) throw new Error(`#${id} is missing`);
  return el;
}

/** @param {string} id */
export const inputById = (id) => /** @type {HTMLInputElement} */ (byId(id));

/**
 * A modal window that is gone once it is closed.
 * @param {string} title
 * @param {Child[]} content
 * @param {HTMLElement[]} actions buttons besides Close
 * @returns {HTMLDialogElement}
 */
export function dialog(title, content, actions = []) {
  const close = button(actions.length ? "Cancel" : "Close", () => box.close());
  const heading = h("h2", { id: "dialog-title" }, title);
  const box = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { "aria-labelledby": "dialog-title", onclose: () => box.remove() },
      h("div", {}, heading, ...content, h("p.actions", {}, close, ...actions)),
    )
  );
  document.body.append(box);
  box.showModal();
  return box;
}

let hiding = 0;

/**
 * Say something to everybody: a line at the foot of the page that screen readers speak.
 * @param {string} text
 */
export function say(text) {
  const line = byId("says");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (line.hidden = true), 6000);
}

/**
 * A notice that stays until it is closed.
 * @param {string} text
 */
export function notice(text) {
  for (const old of byId("notices").children) if (old.firstChild?.textContent === text) return;
  const line = h(
    "p",
    {},
    h("span", {}, text),
    button("Got it", () => line.remove()),
  );
  byId("notices").append(line);
}
