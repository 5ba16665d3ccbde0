// Prints what the package xliff makes of XLIFF 2.1 and 1.2.
import { readFileSync } from "node:fs";
import xliff from "xliff";

const [two, one] = process.argv.slice(2);
const readings = {
  two: await xliff.xliff2js(readFileSync(two, "utf8")),
  one: await xliff.xliff12ToJs(readFileSync(one, "utf8")),
};
console.log(JSON.stringify(readings));
