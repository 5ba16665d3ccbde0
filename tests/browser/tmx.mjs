// The TMX of the units on standard input, for comparing it with bitext.formats.tmx.

import { readFileSync } from "node:fs";
import { formatTmx } from "../../src/bitext/formats/page/js/tmx.js";

const { facts, units } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(formatTmx(facts, units));
