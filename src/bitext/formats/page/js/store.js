// Each change is kept at once in localStorage, one entry a group, under the hash of the units.

import { on } from "./dom.js";
import { squashed } from "./text.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Group} Group */
/** @typedef {import("./model.js").Change} Change */

export class Store {
  /**
   * @param {string} hash of the units
   * @param {(why: string) => void} refused called once, when nothing can be kept any more
   */
  constructor(hash, refused) {
    this.prefix = `bitext/${hash}/`;
    this.refused = refused;
    this.works = true;
  }

  /**
   * @template T
   * @param {(storage: Storage) => T} act
   * @returns {T | undefined}
   */
  attempt(act) {
    if (!this.works) return undefined;
    try {
      return act(localStorage);
    } catch (e) {
      this.works = false;
      this.refused(e instanceof Error ? e.name : String(e));
      return undefined;
    }
  }

  /**
   * @param {Model} model
   * @param {Change[]} changes
   */
  keep(model, changes) {
    this.attempt((s) => {
      for (const { removed, inserted } of changes) {
        const starts = new Set(inserted.filter((g) => model.isChanged(g)).map((g) => g.start));
        for (const g of inserted) if (starts.has(g.start)) s.setItem(this.prefix + g.start, this.packed(model, g));
        for (const g of [...removed, ...inserted]) if (!starts.has(g.start)) s.removeItem(this.prefix + g.start);
      }
    });
  }

  /**
   * An entry; the source text only where units were cut anew, so that many thousand fit.
   * @param {Model} model
   * @param {Group} g
   */
  packed(model, g) {
    const simple = g.rows.length === 1 && g.end - g.start === 1;
    return JSON.stringify([
      g.end,
      ...g.rows.map((r) => [
        r.of,
        simple ? 0 : r.source,
        r.target === model.base[g.start].target ? 0 : r.target,
        r.status,
        r.note,
        r.waived,
      ]),
    ]);
  }

  /**
   * What is kept, where it fits.
   * @param {Model} model
   * @returns {Group[]}
   */
  load(model) {
    return (
      this.attempt((s) => {
        /** @type {Group[]} */
        const groups = [];
        for (let n = 0; n < s.length; n++) {
          const key = s.key(n) ?? "";
          const start = key.startsWith(this.prefix) ? Number(key.slice(this.prefix.length)) : NaN;
          const group = Number.isInteger(start) ? this.unpacked(model, start, s.getItem(key) ?? "") : undefined;
          if (group) groups.push(group);
        }
        groups.sort((a, b) => a.start - b.start);
        return groups.filter((g, n) => !n || groups[n - 1].end <= g.start);
      }) ?? []
    );
  }

  /**
   * @param {Model} model
   * @param {number} start
   * @param {string} text
   * @returns {Group | undefined}
   */
  unpacked(model, start, text) {
    try {
      const [end, ...rows] = JSON.parse(text);
      const base = model.base.slice(start, end);
      const group = model.grouped(
        start,
        end,
        rows.map((/** @type {any[]} */ [of, source, target, status, note, waived]) => ({
          of,
          source: source === 0 ? base[0].source : source,
          target: target === 0 ? base[0].target : target,
          status,
          note,
          waived,
        })),
      );
      const texts = (/** @type {unknown[]} */ all) => all.every((t) => typeof t === "string");
      const fits =
        base.length === end - start &&
        group.rows.every((r) => texts([r.target, r.status, r.note, ...r.waived]) && r.of.every((n) => n >= start && n < end)) &&
        squashed(base.map((u) => u.source)) === squashed(group.rows.map((r) => r.source));
      return fits ? group : undefined;
    } catch {
      return undefined; // not ours, or of a former version of the page
    }
  }

  /**
   * A setting of the reviewer, for all documents.
   * @param {string} name
   * @param {string} [value] to set
   * @returns {string}
   */
  setting(name, value) {
    return (
      this.attempt((s) => {
        if (value !== undefined) s.setItem(`bitext/${name}`, value);
        return s.getItem(`bitext/${name}`);
      }) ??
      value ??
      ""
    );
  }

  /**
   * Notice other tabs with this document.
   * @param {() => void} met another tab is open
   * @param {() => void} changed it has changed something
   */
  watch(met, changed) {
    const hello = `${this.prefix}hello`,
      here = `${this.prefix}here`;
    let timer = 0;
    on(window, "storage", (e) => {
      if (e.key === hello && e.newValue) {
        this.attempt((s) => s.setItem(here, String(Math.random())));
        met();
      } else if (e.key === here && e.newValue) met();
      else if (e.key === null || e.key.startsWith(this.prefix)) {
        clearTimeout(timer);
        timer = setTimeout(changed, 50);
      }
    });
    this.attempt((s) => {
      s.setItem(hello, String(Math.random()));
      s.removeItem(hello);
    });
  }
}
