// Puts the page together: model, rows, desk, store and the tools of the whole document.

import { openHelp, listen } from "./keys.js";
import { unitTools } from "./actions.js";
import { readFacts, readUnits } from "./base.js";
import { Desk } from "./desk.js";
import { byId, inputById, notice, on, say } from "./dom.js";
import { openExport, openImport } from "./exchange.js";
import { Finder } from "./find.js";
import { Strip } from "./map.js";
import { offer } from "./matches.js";
import { Model } from "./model.js";
import { flagged, openOutline } from "./outline.js";
import { openReplace } from "./replace.js";
import { Rows } from "./rows.js";
import { Store } from "./store.js";

/** @typedef {import("./model.js").Change} Change */
/** @typedef {import("./model.js").Group} Group */

const facts = readFacts(),
  main = byId("units");
const model = new Model(readUnits(main));
const rows = new Rows(main, model, facts);
let unsaved = false,
  following = false;
const store = new Store(facts.unitsSha256, (why) => {
  unsaved = model.groups.some((g) => model.isChanged(g));
  notice(`This browser keeps nothing for this page (${why}). Export before you close it, or your work is lost.`);
});
for (const id of ["tools", "strip"]) byId(id).hidden = false;

/** @param {Group[]} kept brings the model to what is kept @param {string} label */
function takeOver(kept, label) {
  const starts = new Map(kept.map((g) => [g.start, g]));
  /** @type {Change[]} */
  const changes = [];
  /** @type {Change | undefined} */
  let open;
  let reach = 0;
  for (const g of model.groups) {
    const wanted = [];
    for (let n = Math.max(g.start, reach); n < g.end; n = wanted[wanted.length - 1].end)
      wanted.push(starts.get(n) ?? model.original(n));
    if (open && g.start < reach) open.removed.push(g);
    else changes.push((open = { removed: [g], inserted: [] }));
    open.inserted.push(...wanted);
    reach = Math.max(reach, g.end, wanted[wanted.length - 1]?.end ?? 0);
  }
  const same = (/** @type {Change} */ c) =>
    c.removed.length === c.inserted.length &&
    c.removed.every(
      (g, n) => g.end === c.inserted[n].end && JSON.stringify(g.rows) === JSON.stringify(c.inserted[n].rows),
    );
  const real = changes.filter((c) => !same(c));
  if (real.length) model.run({ label, changes: real });
  return real.length;
}

const kept = takeOver(store.load(model), "load");
model.done = [];
say(
  kept
    ? `Your work on ${kept} unit${kept > 1 ? "s" : ""} is here again.`
    : "Click a translation to correct it; Ctrl+Enter approves it. All keys: ?",
);
// A browser that keeps nothing refuses now rather than after the first change.
store.attempt((s) => (s.setItem("bitext/test", ""), s.removeItem("bitext/test")));

const desk = new Desk(rows, facts, unitTools);
if (globalThis.MATCHES) offer(desk);
const strip = new Strip(/** @type {HTMLCanvasElement} */ (byId("strip")), desk);
const finder = new Finder(rows, facts, () => strip.later());

const progress = /** @type {HTMLProgressElement} */ (document.querySelector("progress"));
let total = 0,
  reviewed = 0;
/** @param {Group[]} groups @param {number} by */
function count(groups, by) {
  for (const g of groups) {
    for (const r of g.rows) {
      total += by;
      if (r.status !== "new") reviewed += by;
    }
  }
}
function showCounts() {
  progress.max = total || 1;
  progress.value = reviewed;
  byId("progress").lastElementChild?.replaceChildren(`${reviewed} of ${total} reviewed`);
  /** @type {HTMLButtonElement} */ (byId("undo")).disabled = !model.done.length;
  /** @type {HTMLButtonElement} */ (byId("redo")).disabled = !model.undone.length;
}
count(model.groups, 1);
showCounts();
model.listeners.push((changes) => {
  for (const c of changes) {
    count(c.removed, -1);
    count(c.inserted, 1);
  }
  if (!following) store.keep(model, changes);
  unsaved = !store.works;
  queueMicrotask(showCounts);
});

store.watch(
  () => notice("This document is open in another tab too. Both tabs show the same review; work in one of them."),
  () => {
    following = true;
    const n = takeOver(store.load(model), "change in another tab");
    following = false;
    if (n) say(`Another tab changed ${n} unit${n > 1 ? "s" : ""}; shown here now.`);
  },
);
on(window, "beforeunload", (e) => {
  if (unsaved) e.preventDefault();
});

/** @param {"undo" | "redo"} way */
function travel(way) {
  const label = model[way]();
  say(label ? `${way === "undo" ? "Undone" : "Done again"}: ${label}` : `Nothing to ${way}`);
}
const look = () => openReplace(desk, finder.query.value, () => model.rows().filter((r) => !rows.element(r.id)?.hidden));
const anywhere = [
  { key: "/", label: "Find", run: () => finder.query.focus() },
  { key: "?", label: "Keys", run: () => help() },
  { key: "Ctrl+Z", label: "Undo the last change", run: () => travel("undo") },
  { key: "Ctrl+Y", label: "Redo it", run: () => travel("redo") },
];
const single = () => store.setting("single-keys") !== "off";
const help = () => openHelp(anywhere, single(), (on) => store.setting("single-keys", on ? "on" : "off"));
listen(desk, anywhere, single);

/** @type {Record<string, () => void>} */
const clicks = {
  undo: () => travel("undo"),
  redo: () => travel("redo"),
  help,
  replace: look,
  import: () => openImport(desk),
  export: () => openExport(desk, store, () => (unsaved = false)),
  flags: () =>
    openOutline(
      desk,
      (row) => strip.show(row),
      (flag) => {
        finder.show.value = `flag:${flag}`;
        finder.apply();
      },
    ),
};
for (const [id, run] of Object.entries(clicks)) on(byId(id), "click", run);
byId("flags").textContent = `Flags (${new Set([...flagged(desk).values()].flat()).size})`;
new ResizeObserver(([entry]) =>
  document.documentElement.style.setProperty("--top", `${entry.target.clientHeight}px`),
).observe(byId("top"));
inputById("query").value = "";
desk.go(model.find(location.hash.slice(1)) ?? rows.next("", 1), { focus: false });
