// Everything that can be done to a unit: one table for the tools, the keys and the help.

import { button, h, say } from "./dom.js";
import { keepFocus, offsetIn } from "./desk.js";
import { take } from "./matches.js";
import { outcome } from "./outcome.js";
import { mergeWithNext, moveSentence } from "./reshape.js";
import { openSplit } from "./split.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {import("./base.js").Status} Status */
/**
 * @typedef {object} Action
 * @property {string} task
 * @property {string} label
 * @property {string[]} strokes keys with the focus on a unit
 * @property {string[]} [writeStrokes] keys in the editor, and elsewhere in a unit
 * @property {"main" | "more"} [tools] where it stands in the toolbar
 * @property {(desk: Desk, row: Row) => void} run
 */

const NOTHING = "Nothing to do here";

/** @type {Action[]} */
export const ACTIONS = [
  {
    task: "approve",
    label: "Approve",
    strokes: ["a"],
    writeStrokes: ["Ctrl+Enter"],
    tools: "main",
    run: (d, r) => decide(d, r, "approved"),
  },
  {
    task: "reject",
    label: "Reject",
    strokes: ["r"],
    writeStrokes: ["Ctrl+Shift+Enter"],
    tools: "main",
    run: (d, r) => decide(d, r, "rejected"),
  },
  {
    task: "reopen",
    label: "Back to open",
    strokes: ["o"],
    tools: "more",
    run: (d, r) => {
      d.model.edit(r, { status: "new" }, "reopen");
    },
  },
  { task: "edit", label: "Edit", strokes: ["Enter", "e", "F2"], tools: "main", run: (d) => d.edit() },
  { task: "note", label: "Comment", strokes: ["c"], tools: "main", run: (d) => d.openNote() },
  {
    task: "undo",
    label: "Undo in this unit",
    strokes: ["u"],
    writeStrokes: ["Ctrl+Z"],
    tools: "more",
    run: (d, r) => {
      d.model.undoRow(r) || say(NOTHING);
    },
  },
  {
    task: "redo",
    label: "Redo in this unit",
    strokes: ["y"],
    writeStrokes: ["Ctrl+Y", "Ctrl+Shift+Z"],
    tools: "more",
    run: (d, r) => {
      d.model.redoRow(r) || say(NOTHING);
    },
  },
  { task: "revert", label: "Back to the machine's text", strokes: ["v"], tools: "more", run: revert },
  {
    task: "copy",
    label: "Copy source",
    strokes: ["s"],
    tools: "more",
    run: (d, r) => {
      d.model.edit(r, { target: r.source }, "copy source");
    },
  },
  {
    task: "dismiss",
    label: "Dismiss all flags",
    strokes: ["x"],
    tools: "more",
    run: (d, r) => d.dismiss(outcome(d.model, r, d.facts).flags),
  },
  { task: "split", label: "Split…", strokes: ["p"], writeStrokes: ["Alt+Enter"], tools: "more", run: startSplit },
  {
    task: "merge",
    label: "Merge with next",
    strokes: ["m"],
    tools: "more",
    run: (d, r) => moved(d, mergeWithNext(d.model, r), "Merged"),
  },
  {
    task: "down",
    label: "Last translated sentence to next unit",
    strokes: ["]"],
    tools: "more",
    run: (d, r) => moved(d, moveSentence(d.model, r, "target", 1), "Moved"),
  },
  {
    task: "up",
    label: "First translated sentence to unit before",
    strokes: ["["],
    tools: "more",
    run: (d, r) => moved(d, moveSentence(d.model, r, "target", -1), "Moved"),
  },
  {
    task: "source-down",
    label: "Last source sentence to next unit",
    strokes: ["}"],
    tools: "more",
    run: (d, r) => moved(d, moveSentence(d.model, r, "source", 1), "Moved"),
  },
  {
    task: "source-up",
    label: "First source sentence to unit before",
    strokes: ["{"],
    tools: "more",
    run: (d, r) => moved(d, moveSentence(d.model, r, "source", -1), "Moved"),
  },
  {
    task: "next",
    label: "Next unit",
    strokes: ["ArrowDown", "j"],
    writeStrokes: ["Alt+ArrowDown"],
    run: (d) => step(d, 1),
  },
  {
    task: "previous",
    label: "Unit before",
    strokes: ["ArrowUp", "k"],
    writeStrokes: ["Alt+ArrowUp"],
    run: (d) => step(d, -1),
  },
  {
    task: "open",
    label: "Next open unit",
    strokes: ["n"],
    run: (d) => seek(d, (r) => r.status === "new", "No open unit after this one"),
  },
  {
    task: "flagged",
    label: "Next flagged unit",
    strokes: ["f"],
    run: (d) => seek(d, (r) => outcome(d.model, r, d.facts).flags.length > 0, "No flagged unit after this one"),
  },
  { task: "first", label: "First unit", strokes: ["Home"], run: (d) => d.go(d.rows.next("", 1)) },
  { task: "last", label: "Last unit", strokes: ["End"], run: (d) => d.go(d.rows.next("", -1)) },
  {
    task: "leave",
    label: "Leave the editor or the comment",
    strokes: [],
    writeStrokes: ["Escape"],
    run: (d) => d.finish(),
  },
];
if (globalThis.MATCHES)
  for (const n of [0, 1, 2])
    ACTIONS.push({
      task: `match-${n}`,
      label: `Take over suggestion ${n + 1}`,
      strokes: [String(n + 1)],
      run: (d, r) => take(d, r, n),
    });

/**
 * The toolbar of a unit.
 * @param {Desk} desk
 * @returns {HTMLElement[]}
 */
export function unitTools(desk) {
  const made = (/** @type {Action} */ a) => {
    const state = { approve: "approved", reject: "rejected" }[a.task];
    return button(a.label, () => act(desk, a), {
      title: [...a.strokes.slice(0, 1), ...(a.writeStrokes ?? [])].join(", "),
      class: a.task,
      "data-state": state,
      onmousedown: keepFocus,
    });
  };
  const more = h(
    "details",
    {
      ontoggle: () => more.hasAttribute("open") && more.lastElementChild?.scrollIntoView({ block: "nearest" }),
      onkeydown: (/** @type {KeyboardEvent} */ e) => {
        if (e.key !== "Escape" || !more.hasAttribute("open")) return;
        e.stopPropagation();
        more.removeAttribute("open");
        more.querySelector("summary")?.focus();
      },
    },
    h("summary", {}, "More"),
    h("div", {}, ...ACTIONS.filter((a) => a.tools === "more").map(made)),
  );
  return [...ACTIONS.filter((a) => a.tools === "main").map(made), more];
}

/** @param {Desk} desk @param {Action} action */
export function act(desk, action) {
  const row = desk.row;
  desk.bar.querySelector("details")?.removeAttribute("open");
  if (row) action.run(desk, row);
}

/** @param {Desk} desk @param {Row} row @param {Status} status */
function decide(desk, row, status) {
  const editing = desk.isEditing;
  desk.model.edit(row, { status }, status);
  const open = (/** @type {Row} */ r) => r.status === "new";
  const next = desk.rows.next(row.id, 1, open);
  if (next) return desk.go(next, { edit: editing });
  desk.finish();
  const left = desk.model.rows().find(open);
  say(
    left
      ? `The last one is done; unit ${desk.rows.number(left)} is still open`
      : "All units are reviewed. Export your review to send it back.",
  );
}

/** @param {Desk} desk @param {Row} row */
function revert(desk, row) {
  const group = desk.model.groupOf(row);
  const base = desk.model.base
    .slice(group.start, group.end)
    .map((_, n) => desk.model.original(group.start + n).rows[0]);
  const rows =
    group.rows.length === base.length && group.end - group.start === 1 ? [{ ...row, target: base[0].target }] : base;
  const [first] = desk.model.reshape(group.rows[0], group.rows[group.rows.length - 1], rows, "revert");
  desk.go(desk.model.find(row.id) ?? first, { edit: desk.isEditing });
}

/** @param {Desk} desk @param {Row | undefined} row @param {string} done */
function moved(desk, row, done) {
  if (!row) return say(NOTHING);
  desk.go(row);
  say(`${done}. Ctrl+Z takes it back.`);
}

/** @param {Desk} desk @param {Row} row */
function startSplit(desk, row) {
  const caret = desk.isEditing ? desk.field.selectionStart : undefined;
  const selection = getSelection();
  const node = selection?.anchorNode;
  const cell = desk.rows.element(row.id)?.querySelector('[data-side="source"]');
  const source = node && cell?.contains(node) ? offsetIn(cell, node, selection.anchorOffset) : undefined;
  openSplit(desk, row, source || undefined, caret);
}

/** @param {Desk} desk @param {number} by */
function step(desk, by) {
  const next = desk.rows.next(desk.id, by);
  if (next) desk.go(next, { edit: desk.isEditing });
}

/** @param {Desk} desk @param {(row: Row) => boolean} fits @param {string} none */
function seek(desk, fits, none) {
  const next = desk.rows.next(desk.id, 1, fits);
  if (next) desk.go(next);
  else say(none);
}
