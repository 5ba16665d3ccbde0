// A row as the unit that `bitext review apply` will make of it. The same rules stand in review/apply.py.

import { check } from "./checks.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Row} Row */
/** @typedef {import("./base.js").Unit} Unit */
/** @typedef {import("./base.js").Facts} Facts */

/** @type {WeakMap<Row, Unit>} */
const known = new WeakMap();

/**
 * @param {Model} model
 * @param {Row} row
 * @param {Facts} facts
 * @returns {Unit}
 */
export function outcome(model, row, facts) {
  const ready = known.get(row);
  if (ready) return ready;
  const of = row.of.map((n) => model.base[n]);
  const same = isUntouched(model, row);
  const flags = same
    ? of[0].flags
    : row.source.trim()
      ? check(row.source, row.target, facts.pair, Object.keys(facts.reasons))
      : ["one-sided"];
  const worst = of.reduce((a, b) => (b.score < a.score ? b : a));
  const unit = {
    id: row.id,
    paragraph: model.base[model.head(row)].paragraph,
    score: worst.score,
    scoreText: worst.scoreText,
    source: row.source,
    target: row.target,
    status: row.status,
    note: row.note,
    origin: same ? of[0].origin : "human",
    flags: flags.filter((f) => !row.waived.includes(f)),
  };
  known.set(row, unit);
  return unit;
}

/**
 * Whether both texts are the machine's.
 * @param {Model} model
 * @param {Row} row
 */
export function isUntouched(model, row) {
  const b = model.base[row.of[0]];
  return row.of.length === 1 && row.source === b.source && row.target === b.target;
}

/**
 * What the machine had in place of a row's target.
 * @param {Model} model
 * @param {Row} row
 */
export function machineText(model, row) {
  return row.of
    .map((n) => model.base[n].target)
    .filter(Boolean)
    .join(" ");
}
