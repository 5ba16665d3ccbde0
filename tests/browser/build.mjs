// Makes page.js and page.css, which bitext puts into every page, from the modules in js/ and css/.
// `node build.mjs` writes them; `node build.mjs --check` says whether they are what the modules give.

import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";

const PAGE = new URL("../../src/bitext/formats/page/", import.meta.url).pathname;
// Names of our own classes and records that nothing but the modules reads: no attribute, no dataset, no file.
const OURS = `arrange attempt changes closeEditor desk dismiss dissolved edit element elements facts finder finish
  following grouped groupOf groups inserted isChanged isEditing isOriginal langName later leave listeners madeBy makers
  marked model neighbour noted openNote original packed paintFoot paint paragraph reasons redoRow refresh removed
  replaceField reshape scoreText setting sourceSha256 stand targetDir targetLang targetName tmxDate typed typedAt typing
  undone undoRow unitsSha256 unpacked works editKeys isUntouched goTo clicked field prefix refused follow made fits
  waiting canvas query order below shown number base done fit left kind score fresh disputed head rows label tools start pair letters foreign terseness editKeys here anywhere watch mark waived later`;

const shared = { bundle: true, minify: true, charset: "utf8", target: "es2022", write: false, legalComments: "none" };
const results = await Promise.all([
  build({
    ...shared, entryPoints: [`${PAGE}js/main.js`], format: "iife", outfile: "page.js",
    mangleProps: new RegExp(`^(${OURS.trim().split(/\s+/).join("|")})$`),
  }),
  build({ ...shared, target: "chrome123", entryPoints: [`${PAGE}css/main.css`], outfile: "page.css" }),
]);
for (const { outputFiles: [{ path, text }] } of results) {
  const file = PAGE + path.split(/[\\/]/).pop();
  if (!process.argv.includes("--check")) await writeFile(file, text);
  else if (text !== await readFile(file, "utf8")) {
    console.error(`${file}: not what the modules give; run "npm run build" in tests/browser`);
    process.exitCode = 1;
  }
}
