// Words that changed.

/** @typedef {{ kind: "same" | "ins" | "del", text: string }} Piece */

const TOKEN = /\s+|[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{N}]+)*|[^]/gu;
const MOST = 250_000; // cells of the table; a text changed through and through needs no marks

/**
 * @param {string} before
 * @param {string} after
 * @returns {Piece[]}
 */
export function diff(before, after) {
  const a = before.match(TOKEN) ?? [],
    b = after.match(TOKEN) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return gathered([
    ...a.slice(0, start).map((text) => /** @type {Piece} */ ({ kind: "same", text })),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map((text) => /** @type {Piece} */ ({ kind: "same", text })),
  ]);
}

/**
 * Longest common subsequence of words.
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Piece[]}
 */
function middle(a, b) {
  const width = b.length + 1;
  if (a.length * b.length > MOST) {
    return [
      { kind: "del", text: a.join("") },
      { kind: "ins", text: b.join("") },
    ];
  }
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  /** @type {Piece[]} */
  const pieces = [];
  let i = 0,
    j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) pieces.push({ kind: "same", text: (j++, a[i++]) });
    else if (i < a.length && (j === b.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      pieces.push({ kind: "del", text: a[i++] });
    } else pieces.push({ kind: "ins", text: b[j++] });
  }
  return pieces;
}

/**
 * Neighbours of one kind become one piece; what was taken away stands before what came.
 * @param {Piece[]} pieces
 * @returns {Piece[]}
 */
function gathered(pieces) {
  /** @type {Piece[]} */
  const out = [];
  let del = "",
    ins = "";
  const flush = () => {
    const space = /\s+$/.exec(ins)?.[0] ?? "";
    const shared = space && del.endsWith(space) ? space : "";
    if (shared) [del, ins] = [del.slice(0, -shared.length), ins.slice(0, -shared.length)];
    if (del) out.push({ kind: "del", text: del });
    if (ins) out.push({ kind: "ins", text: ins });
    if (shared) out.push({ kind: "same", text: shared });
    del = ins = "";
  };
  for (const p of pieces) {
    if (p.kind === "del") del += p.text;
    else if (p.kind === "ins") ins += p.text;
    else if (del && ins && !p.text.trim()) {
      del += p.text;
      ins += p.text;
    } else {
      flush();
      const last = out.at(-1);
      if (last?.kind === "same") last.text += p.text;
      else out.push({ ...p });
    }
  }
  flush();
  return out;
}
