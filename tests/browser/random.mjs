// A review of random steps: units, facts and seeds on standard input, for each seed the review file and the TMX out.

import { readFileSync } from "node:fs";
import { Model } from "../../src/bitext/formats/page/js/model.js";
import { outcome } from "../../src/bitext/formats/page/js/outcome.js";
import { mergeWithNext, moveSentence, split } from "../../src/bitext/formats/page/js/reshape.js";
import { formatReview } from "../../src/bitext/formats/page/js/reviewfile.js";
import { wordCuts } from "../../src/bitext/formats/page/js/split.js";
import { formatTmx } from "../../src/bitext/formats/page/js/tmx.js";

const { units, facts, seeds } = JSON.parse(readFileSync(0, "utf8"));
const results = seeds.map((first) => {
    let seed = first;
    const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    const pick = (list) => list[random(list.length)];
    const model = new Model(units);
    for (let step = 0; step < 10; step++) {
        const row = pick(model.rows());
        const words = row.target.split(" ");
        pick([
            () => model.edit(row, { target: [...words.slice(1), "2024", pick(words)].join(" ") }, "x"),
            () =>
                model.edit(
                    row,
                    { status: pick(["new", "approved", "rejected"]), note: pick(["", "<note>\nof two lines"]) },
                    "x",
                ),
            () => model.edit(row, { waived: outcome(model, row, facts).flags.slice(0, 1) }, "x"),
            () => mergeWithNext(model, row),
            () => split(model, row, pick(wordCuts(row.source)), pick(wordCuts(row.target))),
            () => moveSentence(model, row, pick(["source", "target"]), pick([-1, 1])),
            () => model.undoRow(row),
            () => model.undo(),
        ])();
    }
    return {
        review: formatReview(model, facts, "R"),
        tmx: formatTmx(
            facts,
            model.rows().map((r) => outcome(model, r, facts)),
        ),
    };
});
process.stdout.write(JSON.stringify(results));
