// NAME.review.jsonl: the verdicts, and what stood there when they were made. As review/verdicts.py reads it.

import { squashed } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Group} Group */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {import("./base.js").Facts} Facts */
/** @typedef {import("./base.js").Status} Status */
/** @typedef {{ source_text: string, target_text: string, status: Status, note: string }} State */
/** @typedef {State & { units: string[], dismissed: string[] }} Decision */
/** @typedef {{ units: string[], was: State[], now: Decision[] }} Verdict */

const STATUSES = ["new", "approved", "rejected"];

/**
 * @param {Model} model
 * @param {Facts} facts
 * @param {string} reviewer
 * @returns {string}
 */
export function formatReview(model, facts, reviewer) {
  const verdicts = model.groups.filter((g) => model.isChanged(g)).map((g) => verdict(model, g));
  const header = {
    schema: "bitext/review",
    version: 1,
    doc: facts.doc,
    lang: facts.lang,
    target_lang: facts.targetLang,
    made_by: facts.madeBy,
    source_sha256: facts.sourceSha256,
    units_sha256: facts.unitsSha256,
    reviewer,
    verdicts: verdicts.length,
  };
  return [header, ...verdicts].map((o) => `${JSON.stringify(o)}\n`).join("");
}

/**
 * @param {Model} model
 * @param {Group} group
 * @returns {Verdict}
 */
export function verdict(model, group) {
  const base = model.base.slice(group.start, group.end);
  return {
    units: base.map((u) => u.id),
    was: base.map((u) => ({ source_text: u.source, target_text: u.target, status: u.status, note: u.note })),
    now: group.rows.map((r) => ({
      units: r.of.map((n) => model.base[n].id),
      source_text: r.source,
      target_text: r.target,
      status: r.status,
      note: r.note,
      dismissed: [...r.waived],
    })),
  };
}

/**
 * @param {string} why
 * @returns {never}
 */
function refuse(why) {
  throw new Error(why);
}

/**
 * Read a file that may be anything.
 * @param {string} text
 * @param {Facts} facts
 * @returns {{ reviewer: string, verdicts: Verdict[] }}
 * @throws {Error} one sentence for the reviewer
 */
export function parseReview(text, facts) {
  if (!text.endsWith("\n")) refuse("the file is cut off or empty");
  const lines = text
    .slice(0, -1)
    .split("\n")
    .map((line, n) => {
      try {
        return JSON.parse(line);
      } catch {
        refuse(`line ${n + 1} can't be read`);
      }
    });
  const header = lines[0];
  if (header?.schema !== "bitext/review") refuse("this is no review file");
  if (header.version !== 1) refuse(`version ${header.version} is unknown to this page`);
  if (header.doc !== facts.doc && header.source_sha256 !== facts.sourceSha256) {
    refuse(`it reviews another document, ${header.doc}`);
  }
  if (header.lang !== facts.lang || header.target_lang !== facts.targetLang) refuse("its languages are others");
  if (header.verdicts !== lines.length - 1) refuse("verdicts are missing in it");
  lines.slice(1).forEach((v, n) => {
    if (!isVerdict(v)) refuse(`line ${n + 2} is no verdict`);
  });
  return { reviewer: typeof header.reviewer === "string" ? header.reviewer : "", verdicts: lines.slice(1) };
}

/** @param {any} v */
function isVerdict(v) {
  const texts = (/** @type {any} */ a) => Array.isArray(a) && a.every((t) => typeof t === "string");
  const state = (/** @type {any} */ s) =>
    s !== null &&
    typeof s === "object" &&
    STATUSES.includes(s.status) &&
    [s.source_text, s.target_text, s.note].every((t) => typeof t === "string");
  return (
    v !== null &&
    typeof v === "object" &&
    texts(v.units) &&
    v.units.length > 0 &&
    Array.isArray(v.was) &&
    v.was.length === v.units.length &&
    v.was.every(state) &&
    Array.isArray(v.now) &&
    v.now.length > 0 &&
    v.now.every(
      (/** @type {any} */ d) =>
        state(d) &&
        texts(d.dismissed) &&
        texts(d.units) &&
        d.units.length > 0 &&
        d.units.every((/** @type {string} */ u) => v.units.includes(u)),
    ) &&
    squashed(v.was.map((/** @type {State} */ s) => s.source_text)) ===
      squashed(v.now.map((/** @type {State} */ s) => s.source_text))
  );
}

/**
 * The group that a verdict makes, or why it makes none here.
 * @param {Model} model
 * @param {Verdict} v
 * @returns {Group | string}
 */
export function groupOfVerdict(model, v) {
  const start = model.ids.get(v.units[0]);
  const base = start === undefined ? [] : model.base.slice(start, start + v.units.length);
  if (start === undefined || base.length !== v.units.length) return "there is no such unit here";
  const fits = base.every(
    (u, n) =>
      u.id === v.units[n] &&
      u.source === v.was[n].source_text &&
      u.target === v.was[n].target_text &&
      u.status === v.was[n].status &&
      u.note === v.was[n].note,
  );
  if (!fits) return "the unit has another text here";
  return model.grouped(
    start,
    start + base.length,
    v.now.map((d) => ({
      of: v.units.flatMap((id, n) => (d.units.includes(id) ? [start + n] : [])),
      source: d.source_text,
      target: d.target_text,
      status: d.status,
      note: d.note,
      waived: d.dismissed,
    })),
  );
}
