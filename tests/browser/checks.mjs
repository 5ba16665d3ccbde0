// Flags of the pairs on standard input, for comparing them with bitext.checks.

import { readFileSync } from "node:fs";
import { check } from "../../src/bitext/formats/page/js/checks.js";

const { pairs, pair, order } = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(pairs.map(([source, target]) => check(source, target, pair, order))));
