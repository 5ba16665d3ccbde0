// The way out and in: verdicts as a file, a TMX, and the verdicts of others.

import { button, dialog, h, say } from "./dom.js";
import { diff } from "./diff.js";
import { outcome } from "./outcome.js";
import { formatReview, groupOfVerdict, parseReview, verdict } from "./reviewfile.js";
import { STATES } from "./rows.js";
import { formatTmx } from "./tmx.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./model.js").Group} Group */
/** @typedef {import("./model.js").Change} Change */

/**
 * Hand a file to the reviewer.
 * @param {string} name
 * @param {string} text
 * @param {string} type
 */
function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name.replace(/[^\p{L}\p{N}._-]+/gu, "-") }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * @param {Desk} desk
 * @param {Store} store
 * @param {() => void} exported
 */
export function openExport(desk, store, exported) {
  const { model, facts } = desk;
  const rows = model.rows();
  const count = (/** @type {string} */ s) => rows.filter((r) => r.status === s).length;
  const changed = model.groups.filter((g) => model.isChanged(g)).length;
  const name = /** @type {HTMLInputElement} */ (
    h("input", { type: "text", value: store.setting("reviewer"), autocomplete: "name", maxlength: 80 })
  );
  const verdicts = button(
    "Download review",
    () => {
      const reviewer = name.value.replace(/\p{Cc}|\p{Cs}/gu, " ").trim();
      store.setting("reviewer", reviewer);
      const file = [facts.doc, ...(reviewer ? [reviewer] : []), "review.jsonl"].join(".");
      download(file, formatReview(model, facts, reviewer), "application/x-ndjson");
      box.close();
      exported();
      say("Downloaded; your work stays in this browser too.");
    },
    { class: "primary" },
  );
  const memory = button("Download TMX", () => {
    try {
      download(
        `${facts.doc}.tmx`,
        formatTmx(
          facts,
          rows.map((r) => outcome(model, r, facts)),
        ),
        "application/xml",
      );
      box.close();
    } catch (e) {
      say(`No TMX: ${e instanceof Error ? e.message : e}`);
    }
  });
  const box = dialog(
    "Export",
    [
      h(
        "p",
        {},
        `${count("approved")} approved, ${count("rejected")} rejected, ${count("new")} open; ${changed} to send.`,
      ),
      h("label", {}, "Your name, if you like", name),
      h("p.soft", {}, "Send the review back: a small file with your verdicts. The TMX is for a CAT tool."),
    ],
    [memory, verdicts],
  );
  name.focus();
}

/** @param {Desk} desk */
export function openImport(desk) {
  const picker = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "file",
      accept: ".jsonl",
      onchange: async () => {
        const [file] = picker.files ?? [];
        if (!file) return;
        try {
          takeIn(desk, await file.text(), file.name);
        } catch (e) {
          dialog("Import", [h("p", {}, `${file.name} was not imported: ${e instanceof Error ? e.message : e}.`)]);
        }
      },
    })
  );
  picker.click();
}

/**
 * What a file asks for, against what stands here.
 * @param {Desk} desk
 * @param {ReturnType<typeof parseReview>} review
 */
export function compared(desk, review) {
  const { model } = desk;
  /** @type {Change[]} */
  const fresh = [],
    disputed = [];
  /** @type {string[]} */
  const refused = [];
  for (const v of review.verdicts) {
    const theirs = groupOfVerdict(model, v);
    if (typeof theirs === "string") {
      refused.push(`${v.units.join(", ")}: ${theirs}`);
      continue;
    }
    const from = model.at(theirs.start),
      to = model.at(theirs.end - 1);
    const mine = model.groups.slice(from, to + 1);
    const start = mine[0].start,
      end = mine[mine.length - 1].end;
    const around = (/** @type {number} */ a, /** @type {number} */ b) =>
      Array.from({ length: Math.max(0, b - a) }, (_, n) => model.original(a + n));
    const change = { removed: mine, inserted: [...around(start, theirs.start), theirs, ...around(theirs.end, end)] };
    if (mine.length === 1 && JSON.stringify(verdict(model, mine[0])) === JSON.stringify(v)) continue;
    if (mine.some((g) => model.isChanged(g))) disputed.push(change);
    else fresh.push(change);
  }
  return { fresh, disputed, refused };
}

/**
 * @param {Desk} desk
 * @param {string} text
 * @param {string} name of the file
 */
function takeIn(desk, text, name) {
  const { model, facts } = desk;
  const review = parseReview(text, facts);
  const { fresh, disputed, refused } = compared(desk, review);
  const who = review.reviewer || name;
  const run = (/** @type {Change[]} */ changes) => {
    const ordered = changes.filter((c, n) => !changes.slice(0, n).some((d) => d.removed[0] === c.removed[0]));
    if (ordered.length) model.run({ label: `import from ${who}`, changes: ordered });
    say(`Imported ${ordered.length} of ${review.verdicts.length} verdicts from ${who}. Ctrl+Z takes them back.`);
  };
  if (!disputed.length && !refused.length) return run(fresh);
  const choices = disputed.map((change, n) => {
    const mine = h("input", { type: "radio", name: `conflict-${n}`, checked: true });
    const theirs = /** @type {HTMLInputElement} */ (h("input", { type: "radio", name: `conflict-${n}` }));
    const line = h(
      "fieldset",
      {},
      h("legend", {}, `Unit ${desk.rows.number(change.removed[0].rows[0])}`),
      h(
        "div.pair",
        {},
        h("div", {}, h("label", {}, mine, " Keep mine"), ...states(desk, change.removed, change.removed)),
        h("div", {}, h("label", {}, theirs, ` Take that of ${who}`), ...states(desk, change.inserted, change.removed)),
      ),
    );
    return { change, theirs, line };
  });
  const box = dialog(
    `Import from ${who}`,
    [
      h(
        "p",
        {},
        `${fresh.length} new, ${disputed.length} in conflict with yours, ${refused.length} that do not fit this page.`,
      ),
      ...choices.map((c) => c.line),
      refused.length > 0 && h("h3", {}, "Not imported"),
      refused.length > 0 && h("ul", {}, ...refused.map((r) => h("li", {}, r))),
    ],
    [
      button(
        "Import",
        () => {
          box.close();
          run([...fresh, ...choices.filter((c) => c.theirs.checked).map((c) => c.change)]);
        },
        { class: "primary" },
      ),
    ],
  );
}

/**
 * Units for comparing: state, text with what differs marked, comment.
 * @param {Desk} desk
 * @param {Group[]} groups
 * @param {Group[]} other
 */
function states(desk, groups, other) {
  const { targetLang: lang, targetDir: dir } = desk.facts;
  const text = (/** @type {Group[]} */ g) =>
    g
      .flatMap((x) => x.rows)
      .map((r) => r.target)
      .join(" ");
  return groups
    .flatMap((g) => g.rows)
    .flatMap((r) => [
      h("p.soft", {}, STATES[r.status]),
      h(
        "p",
        { lang, dir },
        ...(groups === other
          ? [r.target]
          : diff(text(other), r.target)
              .filter((p) => p.kind !== "del")
              .map((p) => (p.kind === "ins" ? h("ins", {}, p.text) : p.text))),
      ),
      r.note && h("q", {}, r.note),
    ]);
}
