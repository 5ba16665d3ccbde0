// What the reviewer has made of the units. Groups and rows never change; an edit puts new ones in their place, so that
// undo and redo only put the old ones back.

/** @typedef {import("./base.js").Unit} Unit */
/** @typedef {import("./base.js").Status} Status */
/**
 * A unit as it stands now.
 * @typedef {object} Row
 * @property {string} id
 * @property {readonly number[]} of which base units its text comes from
 * @property {string} source
 * @property {string} target
 * @property {Status} status
 * @property {string} note
 * @property {readonly string[]} waived flags
 */
/**
 * Neighbouring base units and what stands in their place.
 * @typedef {{ start: number, end: number, rows: readonly Row[] }} Group
 */
/** @typedef {{ removed: Group[], inserted: Group[] }} Change */
/** @typedef {{ label: string, changes: Change[], typing?: boolean }} Command */

const PAUSE = 1200; // ms; typing on after a longer one is a step of its own for undo

export class Model {
  /** @param {Unit[]} base */
  constructor(base) {
    this.base = base;
    this.ids = new Map(base.map((u, n) => [u.id, n]));
    /** @type {Group[]} */
    this.groups = base.map((_, n) => this.original(n));
    /** @type {Command[]} */
    this.done = [];
    /** @type {Command[]} */
    this.undone = [];
    /** @type {WeakMap<Group, Change>} what made a group */
    this.makers = new WeakMap();
    /** @type {WeakMap<Group, Change>} what stood there before an undo of this unit */
    this.later = new WeakMap();
    /** @type {((changes: Change[], label: string) => void)[]} */
    this.listeners = [];
    this.typedAt = -Infinity;
  }

  /**
   * A group that says what the page said.
   * @param {number} n
   * @returns {Group}
   */
  original(n) {
    const { id, source, target, status, note } = this.base[n];
    return { start: n, end: n + 1, rows: [{ id, of: [n], source, target, status, note, waived: [] }] };
  }

  /** @returns {Row[]} all rows in the document's order */
  rows() {
    return this.groups.flatMap((g) => g.rows);
  }

  /**
   * The place of the group that holds a base unit.
   * @param {number} unit
   */
  at(unit) {
    let low = 0,
      high = this.groups.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (this.groups[mid].start <= unit) low = mid;
      else high = mid - 1;
    }
    return low;
  }

  /** @param {Row} row */
  groupOf(row) {
    return this.groups[this.at(row.of[0])];
  }

  /**
   * The row with this id, if there is one.
   * @param {string} id
   * @returns {Row | undefined}
   */
  find(id) {
    const first = this.ids.get(id) ?? this.ids.get(id.replace(/\.\d+$/, ""));
    if (first === undefined) return undefined;
    return this.groups[this.at(first)].rows.find((r) => r.id === id);
  }

  /**
   * The rows before and after one.
   * @param {Row} row
   * @param {number} by -1 or 1
   * @returns {Row | undefined}
   */
  neighbour(row, by) {
    const at = this.at(row.of[0]);
    const { rows } = this.groups[at];
    const n = rows.indexOf(row) + by;
    return rows[n] ?? (by < 0 ? this.groups[at - 1]?.rows.at(-1) : this.groups[at + 1]?.rows[0]);
  }

  /** @param {Group} g */
  isChanged(g) {
    return g.rows.length !== g.end - g.start || g.rows.some((r, n) => !this.isOriginal(r, g.start + n));
  }

  /** @param {Row} r @param {number} n */
  isOriginal(r, n) {
    const b = this.base[n];
    return (
      r.of.length === 1 &&
      r.of[0] === n &&
      r.source === b.source &&
      r.target === b.target &&
      r.status === b.status &&
      r.note === b.note &&
      !r.waived.length
    );
  }

  /**
   * Change one row.
   * @param {Row} row
   * @param {Partial<Row>} values
   * @param {string} label
   * @param {boolean} [typing] joins what is typed without a pause into one step
   * @returns {Row} the new one
   */
  edit(row, values, label, typing = false) {
    const group = this.groupOf(row);
    const rows = group.rows.map((r) => (r === row ? { ...r, ...values } : r));
    const now = { ...group, rows };
    const last = this.done.at(-1),
      time = performance.now();
    const joins =
      typing &&
      last?.typing &&
      last.label === label &&
      time - this.typedAt < PAUSE &&
      last.changes[0].inserted[0] === group;
    if (joins) this.done.pop();
    this.typedAt = typing ? time : -Infinity;
    this.run(
      { label, typing, changes: [{ removed: [group], inserted: [now] }] },
      joins ? { label, typing, changes: [{ removed: last.changes[0].removed, inserted: [now] }] } : undefined,
    );
    return rows[group.rows.indexOf(row)];
  }

  /**
   * Put other rows in the place of neighbouring ones.
   * @param {Row} first
   * @param {Row} last
   * @param {Omit<Row, "id">[]} rows
   * @param {string} label
   * @returns {readonly Row[]}
   */
  reshape(first, last, rows, label) {
    const from = this.at(first.of[0]),
      to = this.at(last.of[0]);
    const removed = this.groups.slice(from, to + 1);
    const old = removed.flatMap((g) => g.rows);
    const made = [...old.slice(0, old.indexOf(first)), ...rows, ...old.slice(old.indexOf(last) + 1)];
    const group = this.grouped(removed[0].start, removed[removed.length - 1].end, made);
    const inserted = this.dissolved(group);
    this.run({ label, changes: [{ removed, inserted }] });
    const at = old.indexOf(first);
    return inserted.flatMap((g) => g.rows).slice(at, at + rows.length);
  }

  /**
   * Rows get ids: that of the first unit they come from which no row before has; further parts are u3.2, u3.3, …
   * @param {number} start
   * @param {number} end
   * @param {Omit<Row, "id">[]} rows
   * @returns {Group}
   */
  grouped(start, end, rows) {
    const used = new Set();
    return {
      start,
      end,
      rows: rows.map((r) => {
        const ids = r.of.map((n) => this.base[n].id);
        let id = ids.find((i) => !used.has(i)) ?? "";
        for (let n = 2; !id || used.has(id) || (!ids.includes(id) && this.ids.has(id)); n++) id = `${ids[0]}.${n}`;
        used.add(id);
        return { ...r, id };
      }),
    };
  }

  /**
   * The base unit that a row's id is from.
   * @param {Row} row
   */
  head(row) {
    return this.ids.get(row.id) ?? row.of[0];
  }

  /**
   * A group whose rows hold again the texts of one unit each falls apart into those.
   * @param {Group} g
   * @returns {Group[]}
   */
  dissolved(g) {
    const { start, end, rows } = g;
    if (end - start === 1 || rows.length !== end - start) return [g];
    const back = rows.every(
      (r, n) =>
        r.of.includes(start + n) &&
        r.source === this.base[start + n].source &&
        r.target === this.base[start + n].target,
    );
    if (!back) return [g];
    return rows.map((r, n) => this.grouped(start + n, start + n + 1, [{ ...r, of: [start + n] }]));
  }

  /**
   * @param {Command} command
   * @param {Command} [kept] what undo shall know of it
   */
  run(command, kept = command) {
    this.record(command, kept);
    for (const c of kept.changes) for (const g of c.inserted) if (!this.makers.has(g)) this.makers.set(g, c);
  }

  /** @param {Command} command @param {Command} [kept] */
  record(command, kept = command) {
    this.done.push(kept);
    this.undone = [];
    this.put(command.changes, command.label);
  }

  /** @returns {string | undefined} what was undone */
  undo() {
    const command = this.done.pop();
    if (!command) return undefined;
    this.typedAt = -Infinity;
    this.put(command.changes.map(inverse).reverse(), command.label);
    this.undone.push(command);
    return command.label;
  }

  /** @returns {string | undefined} */
  redo() {
    const command = this.undone.pop();
    if (!command) return undefined;
    this.put(command.changes, command.label);
    this.done.push(command);
    return command.label;
  }

  /**
   * Undo the last change of this unit, whatever was done elsewhere since.
   * @param {Row} row
   * @returns {boolean} whether there was one
   */
  undoRow(row) {
    const change = this.makers.get(this.groupOf(row));
    if (!change || !this.stand(change.inserted)) return false;
    this.typedAt = -Infinity;
    for (const g of change.removed) this.later.set(g, change);
    this.record({ label: "undo in a unit", changes: [inverse(change)] });
    return true;
  }

  /** @param {Row} row */
  redoRow(row) {
    const change = this.later.get(this.groupOf(row));
    if (!change || !this.stand(change.removed)) return false;
    this.record({ label: "redo in a unit", changes: [change] });
    return true;
  }

  /** @param {Group[]} groups */
  stand(groups) {
    const at = this.at(groups[0].start);
    return groups.every((g, n) => this.groups[at + n] === g);
  }

  /** @param {Change[]} changes @param {string} label */
  put(changes, label) {
    for (const { removed, inserted } of changes) {
      this.groups.splice(this.at(removed[0].start), removed.length, ...inserted);
    }
    for (const hear of this.listeners) hear(changes, label);
  }
}

/** @param {Change} c @returns {Change} */
const inverse = (c) => ({ removed: c.inserted, inserted: c.removed });
