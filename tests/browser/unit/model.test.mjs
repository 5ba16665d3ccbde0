import assert from "node:assert/strict";
import test from "node:test";
import { Model } from "../../../src/bitext/formats/page/js/model.js";
import { mergeWithNext, moveSentence, split } from "../../../src/bitext/formats/page/js/reshape.js";
import { groupOfVerdict, parseReview, formatReview } from "../../../src/bitext/formats/page/js/reviewfile.js";
import { replaced, replaceAll } from "../../../src/bitext/formats/page/js/replace.js";

const TEXTS = [
    ["أ ب. ج د.", "A b. C d."],
    ["هـ.", "E."],
    ["و ز.", "F g."],
    ["", "H."],
];
const units = () =>
    TEXTS.map(([source, target], n) => ({
        id: `u${n + 1}`,
        source,
        target,
        score: 0.9,
        scoreText: "0.9",
        paragraph: n,
        origin: "mt",
        flags: [],
        status: "new",
        note: "",
    }));
const make = () => new Model(units());
const shape = (m) => m.rows().map((r) => [r.id, r.source, r.target]);
const FACTS = { doc: "d", lang: "ar", targetLang: "en", sourceSha256: "0", unitsSha256: "1", madeBy: "bitext 0" };

test("an edit can be undone and done again", () => {
    const m = make();
    m.edit(m.find("u2"), { target: "Eh." }, "x");
    m.edit(m.find("u2"), { status: "approved" }, "y");
    assert.equal(m.undo(), "y");
    assert.equal(m.find("u2").status, "new");
    assert.equal(m.undo(), "x");
    assert.equal(m.find("u2").target, "E.");
    assert.equal(m.undo(), undefined);
    m.redo();
    m.redo();
    assert.deepEqual([m.find("u2").target, m.find("u2").status], ["Eh.", "approved"]);
    assert.equal(m.redo(), undefined);
});

test("typing without a pause is one step", () => {
    const m = make();
    for (const t of ["E", "Ex", "Exa"]) m.edit(m.find("u2"), { target: t }, "typing in unit 2", true);
    m.edit(m.find("u3"), { target: "Z" }, "typing in unit 3", true);
    assert.equal(m.done.length, 2);
    m.undo();
    m.undo();
    assert.equal(m.find("u2").target, "E.");
});

test("a unit is undone by itself, whatever was done elsewhere since", () => {
    const m = make();
    m.edit(m.find("u1"), { target: "one" }, "x");
    m.edit(m.find("u1"), { target: "two" }, "x");
    m.edit(m.find("u3"), { target: "three" }, "x");
    assert.ok(m.undoRow(m.find("u1")));
    assert.equal(m.find("u1").target, "one");
    assert.ok(m.undoRow(m.find("u1")));
    assert.equal(m.find("u1").target, TEXTS[0][1]);
    assert.ok(!m.undoRow(m.find("u1")));
    assert.ok(m.redoRow(m.find("u1")));
    assert.equal(m.find("u1").target, "one");
    assert.equal(m.find("u3").target, "three");
    while (m.undo());
    assert.deepEqual(shape(m), shape(make()));
});

test("merge, and its undo", () => {
    const m = make();
    mergeWithNext(m, m.find("u2"));
    assert.deepEqual(shape(m)[1], ["u2", "هـ. و ز.", "E. F g."]);
    assert.equal(m.rows().length, 3);
    m.undo();
    assert.deepEqual(shape(m), shape(make()));
    assert.equal(mergeWithNext(m, m.find("u4")), undefined);
});

test("split gives u1 and u1.2; merging them again leaves the document as it was", () => {
    const m = make();
    split(m, m.find("u1"), TEXTS[0][0].indexOf("ج"), TEXTS[0][1].indexOf("C"));
    assert.deepEqual(shape(m).slice(0, 2), [
        ["u1", "أ ب.", "A b."],
        ["u1.2", "ج د.", "C d."],
    ]);
    assert.equal(m.find("u1.2").target, "C d.");
    mergeWithNext(m, m.find("u1"));
    assert.deepEqual(shape(m), shape(make()));
    assert.ok(!m.groups.some((g) => m.isChanged(g)));
});

test("sentences move to the neighbour and back", () => {
    const m = make();
    moveSentence(m, m.find("u1"), "target", 1);
    assert.deepEqual(
        shape(m)
            .slice(0, 2)
            .map((r) => r[2]),
        ["A b.", "C d. E."],
    );
    assert.equal(m.groups[0].end, 2);
    moveSentence(m, m.find("u2"), "target", -1);
    assert.deepEqual(shape(m), shape(make()));
    assert.ok(!m.groups.some((g) => m.isChanged(g)));
    assert.equal(m.groups.length, 4);
});

test("the last text of a unit that moves away takes the unit with it", () => {
    const m = make();
    moveSentence(m, m.find("u4"), "target", -1);
    assert.deepEqual(shape(m)[2], ["u3", "و ز.", "F g. H."]);
    assert.equal(m.rows().length, 3);
    assert.equal(moveSentence(m, m.find("u1"), "target", -1), undefined);
});

test("random steps: undoing all of them gives the document as it was", () => {
    let seed = 7;
    const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    for (let round = 0; round < 200; round++) {
        const m = make();
        for (let step = 0; step < 12; step++) {
            const rows = m.rows(),
                row = rows[random(rows.length)];
            [
                () => m.edit(row, { target: `t${step}` }, "x"),
                () => mergeWithNext(m, row),
                () => m.undo(),
                () => m.redo(),
                () => split(m, row, random(row.source.length + 1), random(row.target.length + 1)),
                () => m.undoRow(row),
                () => m.redoRow(row),
                () => moveSentence(m, row, random(2) ? "source" : "target", random(2) ? 1 : -1),
            ][random(8)]();
            assert.equal(
                m
                    .rows()
                    .map((r) => r.source)
                    .join("")
                    .replace(/\s/g, ""),
                TEXTS.map((t) => t[0])
                    .join("")
                    .replace(/\s/g, ""),
            );
            assert.equal(new Set(m.rows().map((r) => r.id)).size, m.rows().length);
            for (const r of m.rows()) assert.equal(m.find(r.id), r);
        }
        while (m.undo());
        assert.deepEqual(shape(m), shape(make()));
    }
});

test("a review goes out and comes back into another model", () => {
    const a = make();
    a.edit(a.find("u2"), { target: "Eh.", status: "approved", note: "N" }, "x");
    split(a, a.find("u1"), 6, 5);
    const file = formatReview(a, FACTS, "Ann");
    const { reviewer, verdicts } = parseReview(file, FACTS);
    assert.equal(reviewer, "Ann");
    const b = make();
    for (const v of verdicts) {
        const g = groupOfVerdict(b, v);
        assert.equal(typeof g, "object");
        b.run({
            label: "import",
            changes: [{ removed: b.groups.slice(b.at(g.start), b.at(g.end - 1) + 1), inserted: [g] }],
        });
    }
    assert.deepEqual(shape(b), shape(a));
    assert.equal(formatReview(b, FACTS, "Ann"), file);
});

test("files that are no review are told in one sentence", () => {
    const m = make();
    m.edit(m.find("u2"), { status: "approved" }, "x");
    const good = formatReview(m, FACTS, "");
    for (const [bad, why] of [
        ["", /cut off or empty/],
        [good.slice(0, -5), /cut off/],
        ["[1]\n", /no review/],
        ["null\n", /no review/],
        ["{\n", /line 1/],
        [good.replace('"version":1', '"version":9'), /version 9/],
        [good.replace('"verdicts":1', '"verdicts":3'), /missing/],
        [
            good.replace('"doc":"d"', '"doc":"e"').replace('"source_sha256":"0"', '"source_sha256":"9"'),
            /another document/,
        ],
        [good.replace("approved", "perfect"), /line 2/],
        [good.replace('"lang":"ar"', '"lang":"fa"'), /languages/],
        [
            good.replace('"now":[{"units":["u2"],"source_text":"هـ."', '"now":[{"units":["u2"],"source_text":"X."'),
            /line 2/,
        ],
        [good.split("\n")[0] + "\nnull\n", /line 2/],
    ])
        assert.throws(() => parseReview(bad, FACTS), why, bad);
});

test("a verdict on another text does not fit", () => {
    const m = make();
    m.edit(m.find("u2"), { status: "approved" }, "x");
    const {
        verdicts: [v],
    } = parseReview(formatReview(m, FACTS, ""), FACTS);
    const other = units();
    other[1].target = "Other.";
    assert.match(groupOfVerdict(new Model(other), v), /another text/);
    assert.match(groupOfVerdict(new Model(other.slice(0, 1)), v), /no such unit/);
});

test("replace", () => {
    assert.equal(replaced("The iran and Iran", "Iran", "IRAN", false), "The IRAN and IRAN");
    assert.equal(replaced("The iran and Iran", "Iran", "$&", true), "The iran and $&");
    assert.equal(replaced("nothing", "x", "y", false), undefined);
    assert.equal(replaced("nothing", "", "y", false), undefined);
    const m = make();
    replaceAll(m, new Map(m.rows().map((r) => [r, r.target.toLowerCase()])));
    assert.equal(m.find("u1").target, "a b. c d.");
    m.undo();
    assert.deepEqual(shape(m), shape(make()));
});
