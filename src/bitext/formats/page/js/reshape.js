// Merge, split, move: which text stands in which unit.

import { joined, sentenceCuts } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {"source" | "target"} Side */

/** @param {Row} a @param {Row} b */
const both = (a, b) => [...new Set([...a.of, ...b.of])].sort((x, y) => x - y);

/**
 * One unit of a row and the next.
 * @param {Model} model
 * @param {Row} row
 * @returns {Row | undefined} undefined where there is no next one
 */
export function mergeWithNext(model, row) {
  const next = model.neighbour(row, 1);
  if (!next) return undefined;
  return model.reshape(
    row,
    next,
    [
      {
        of: both(row, next),
        source: joined(row.source, next.source),
        target: joined(row.target, next.target),
        status: "new",
        note: [row.note, next.note].filter(Boolean).join("\n"),
        waived: [],
      },
    ],
    "merge",
  )[0];
}

/**
 * Two units of one.
 * @param {Model} model
 * @param {Row} row
 * @param {number} source offset of the cut in the source text
 * @param {number} target offset of the cut in the target text
 * @returns {Row} the first of them
 */
export function split(model, row, source, target) {
  const part = { of: row.of, status: /** @type {const} */ ("new"), waived: [] };
  return model.reshape(
    row,
    row,
    [
      {
        ...part,
        source: row.source.slice(0, source).trim(),
        target: row.target.slice(0, target).trim(),
        note: row.note,
      },
      { ...part, source: row.source.slice(source).trim(), target: row.target.slice(target).trim(), note: "" },
    ],
    "split",
  )[0];
}

/**
 * Move the sentence at the border to the neighbour; a whole side where there is only one.
 * @param {Model} model
 * @param {Row} row
 * @param {Side} side
 * @param {number} by 1: the last sentence to the next unit; -1: the first to the one before
 * @returns {Row | undefined} the row as it is then; undefined where nothing can move
 */
export function moveSentence(model, row, side, by) {
  const other = model.neighbour(row, by);
  const text = row[side];
  if (!other || !text) return undefined;
  const cuts = sentenceCuts(text);
  const cut = by > 0 ? (cuts.at(-1) ?? 0) : (cuts[0] ?? text.length);
  const goes = (by > 0 ? text.slice(cut) : text.slice(0, cut)).trim();
  const stays = (by > 0 ? text.slice(0, cut) : text.slice(cut)).trim();
  const mine = { ...row, [side]: stays, status: /** @type {const} */ ("new") };
  const theirs = {
    ...other,
    of: both(row, other),
    status: /** @type {const} */ ("new"),
    [side]: by > 0 ? joined(goes, other[side]) : joined(other[side], goes),
  };
  const pair = by > 0 ? [mine, theirs] : [theirs, mine];
  if (pair.some((r) => !r.source && !r.target)) return mergePair(model, row, other, by);
  const made = model.reshape(by > 0 ? row : other, by > 0 ? other : row, pair, "move");
  return made[by > 0 ? 0 : 1];
}

/** @param {Model} model @param {Row} row @param {Row} other @param {number} by */
const mergePair = (model, row, other, by) => mergeWithNext(model, by > 0 ? row : other);
