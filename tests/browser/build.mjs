// Makes page.js and page.css, which bitext puts into every page, from the modules in js/ and css/; page.matches.js and
// page.matches.css are for pages with suggestions of a memory, so that others need not carry that.
// `node build.mjs` writes them; `node build.mjs --check` says whether they are what the modules give.

import { build } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";

const PAGE = new URL("../../src/bitext/formats/page/", import.meta.url).pathname;
// Names of our own classes and records that nothing but the modules reads: no attribute, no dataset, no file.
const OURS = `
  anywhere arrange attempt base below canvas changes clicked closeEditor desk dismiss disputed dissolved done edit
  editKeys element elements facts field finder finish fit fits follow following foreign fresh goTo groupOf grouped
  groups head here inserted isChanged isEditing isOriginal isUntouched kind label langName later leave left letters
  listeners made madeBy makers mark marked model neighbour noted number openNote order original packed paint
  paintFoot pair paragraph prefix query reasons redoRow refresh refused removed replaceField reshape rows score
  scoreText setting shown sourceSha256 stand start strokes targetDir targetLang targetName task terseness tmxDate
  tools typed typedAt typing undoRow undone unitsSha256 unpacked waiting waived watch works writeStrokes`;

const shared = { bundle: true, minify: true, charset: "utf8", target: "es2022", write: false, legalComments: "none" };
const js = (matches) =>
    build({
        ...shared,
        entryPoints: [`${PAGE}js/main.js`],
        format: "iife",
        define: { "globalThis.MATCHES": String(matches) },
        outfile: matches ? "page.matches.js" : "page.js",
        mangleProps: new RegExp(`^(${OURS.trim().split(/\s+/).join("|")})$`),
    });
const css = (name) =>
    build({
        ...shared,
        target: "chrome123",
        entryPoints: [`${PAGE}css/main${name}.css`],
        outfile: `page${name}.css`,
    });
const results = await Promise.all([js(false), js(true), css(""), css(".matches")]);
/** Custom properties of the style get short names; the script sets the one called --top. */
function shortened(css) {
    const names = [...new Set(css.match(/--[a-z][a-z-]*/g))]
        .filter((n) => n !== "--top")
        .sort((a, b) => b.length - a.length);
    return names.reduce(
        (text, name, n) => text.replaceAll(new RegExp(`${name}(?![a-z-])`, "g"), `--${n.toString(36)}`),
        css,
    );
}

for (const {
    outputFiles: [{ path, text: made }],
} of results) {
    const file = PAGE + path.split(/[\\/]/).pop();
    const text = file.endsWith(".css") ? shortened(made) : made;
    if (!process.argv.includes("--check")) await writeFile(file, text);
    else if (text !== (await readFile(file, "utf8"))) {
        console.error(`${file}: not what the modules give; run "npm run build" in tests/browser`);
        process.exitCode = 1;
    }
}
