// Work is never lost; files go out and come in.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import test from "node:test";
import { browser, download, edit, focus, open, PAGES, row, says, shown, status, target } from "./support.mjs";

const save = async (page, button, name) => {
    await page.locator("#export").click();
    const got = await download(page, () => page.locator("dialog button", { hasText: button }).click());
    await got.saveAs(`${PAGES}/${name}`);
    return got.suggestedFilename();
};
const load = async (page, path) => {
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.locator("#import").click()]);
    await chooser.setFiles(path);
};

test("reopening continues; another document's work is not mixed in", async () => {
    const page = await open("article");
    await edit(page, "u3", "Kept.");
    await page.keyboard.press("Control+Enter");
    await focus(page, "u5");
    await page.keyboard.press("m");
    assert.deepEqual([await target(page, "u3"), await status(page, "u3")], ["Kept.", "approved"]);
    await row(page, "u6").waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 2);
    // Seen once on a busy machine: a page reloaded within milliseconds found nothing. Chromium hands what a page has
    // written to the next page by way of another process; nobody reopens a page as quickly as that.
    await page.waitForTimeout(500);
    await page.reload();
    assert.match(await says(page), /Your work on 2 units is here again/);
    assert.deepEqual([await target(page, "u3"), await status(page, "u3")], ["Kept.", "approved"]);
    assert.ok(!(await shown(page)).includes("u6"));
    const other = await open("other", { context: page.context() });
    assert.notEqual(await target(other, "u3"), "Kept.");
    assert.deepEqual(page.errors, []);
});

test("two tabs notice each other and show the same", async () => {
    const one = await open("article");
    const two = await open("article", { context: one.context() });
    await one.locator("#notices p").waitFor();
    await two.locator("#notices p").waitFor();
    assert.match(await one.locator("#notices").textContent(), /open in another tab/);
    await edit(two, "u3", "From the other tab.");
    await one.locator('[data-row="u3"]', { hasText: "From the other tab." }).waitFor();
    await two.keyboard.press("Enter");
    await focus(two, "u5");
    await two.keyboard.press("m");
    await one.locator('[data-row="u6"]').waitFor({ state: "detached" });
    assert.deepEqual([...one.errors, ...two.errors], []);
});

test("when the browser keeps nothing, the page says so and warns before it is left", async () => {
    const context = await browser.newContext();
    await context.addInitScript(() => {
        Object.defineProperty(window, "localStorage", {
            get() {
                throw new DOMException("no", "SecurityError");
            },
        });
    });
    const page = await open("article", { context });
    assert.match(await page.locator("#notices").textContent(), /keeps nothing for this page/);
    await edit(page, "u3", "Unkept.");
    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    assert.equal((await asked).type(), "beforeunload");
});

test("export: verdicts and TMX of a review with every kind of change", async () => {
    const page = await open("article");
    await edit(page, "u3", 'The new & "best" text <of> القاعدة 2021.');
    await page.keyboard.press("Control+Enter");
    await page.keyboard.press("Escape");
    await focus(page, "u1");
    await page.keyboard.press("a");
    await focus(page, "u2");
    await page.keyboard.press("r");
    await focus(page, "u4");
    await page.keyboard.press("c");
    await page.keyboard.type("a note\nof two lines");
    await page.keyboard.press("Escape");
    await focus(page, "u6");
    await page.keyboard.press("x");
    await focus(page, "u5");
    await page.keyboard.press("p");
    await page.locator("dialog button.primary").click();
    await focus(page, "u5.2");
    await page.keyboard.press("a");
    await focus(page, "u7");
    await page.keyboard.press("m");
    await page.keyboard.press("a");
    await page.locator("#export").click();
    await page.keyboard.type("Ann B.");
    await page.keyboard.press("Escape");
    assert.equal(await save(page, "Download TMX", "article.tmx"), "article.tmx");
    await page.locator("#export").click();
    await page.keyboard.type("Ann B.");
    const got = await download(page, () => page.locator("dialog button.primary").click());
    assert.match(got.suggestedFilename(), /^article\.Ann-B\.\.review\.jsonl$/);
    await got.saveAs(`${PAGES}/article.review.jsonl`);
    const [header, ...verdicts] = (await readFile(`${PAGES}/article.review.jsonl`, "utf8"))
        .trimEnd()
        .split("\n")
        .map(JSON.parse);
    assert.deepEqual([header.schema, header.reviewer, header.verdicts], ["bitext/review", "Ann B.", verdicts.length]);
    assert.equal(verdicts.length, 7);
    assert.deepEqual(page.errors, []);
    // Another reviewer takes it in.
    const bob = await open("article");
    await focus(bob, "u1");
    await bob.keyboard.press("r");
    await load(bob, `${PAGES}/article.review.jsonl`);
    await bob.locator("dialog fieldset").waitFor();
    assert.equal(await bob.locator("dialog fieldset").count(), 1);
    await bob.locator("dialog input[type=radio]").nth(1).check();
    await bob.locator("dialog button.primary").click();
    assert.equal(await status(bob, "u1"), "approved");
    assert.equal(await save(bob, "Download TMX", "bob.tmx"), "article.tmx");
    assert.equal(await readFile(`${PAGES}/bob.tmx`, "utf8"), await readFile(`${PAGES}/article.tmx`, "utf8"));
    await bob.locator("#undo").click();
    assert.deepEqual([await status(bob, "u1"), await status(bob, "u3")], ["rejected", "new"]);
    assert.deepEqual(bob.errors, []);
});

test("a file that is no review is refused in one sentence", async () => {
    const page = await open("article");
    for (const [name, text] of [
        ["cut", '{"schema":"bitext/rev'],
        ["foreign", "%PDF-1.4\n"],
        ["evil", '{"schema":"bitext/review","__proto__":{"x":1}}\n[]\n'],
    ]) {
        await writeFile(`${PAGES}/${name}.jsonl`, text);
        await load(page, `${PAGES}/${name}.jsonl`);
        assert.match(await page.locator("dialog p").first().textContent(), /was not imported/);
        await page.keyboard.press("Escape");
    }
    assert.match(await page.locator("#progress").textContent(), /0 of 8/);
    assert.deepEqual(page.errors, []);
});

test("what is kept is only taken where it makes sense", async () => {
  const page = await open("article");
  const hash = await page.evaluate(() => document.body.dataset.unitsSha256);
  await page.evaluate((prefix) => {
    const row = (target, of = [2]) => JSON.stringify([3, [of, 0, target, "approved", "", []]]);
    for (const [start, text] of [
      ["2", row({ a: 1 })],
      ["3", "[["],
      ["4", JSON.stringify([5, [[4], "another source", 0, "new", "", []]])],
      ["99", row("x", [99])],
      ["x", "1"],
      ["1", JSON.stringify([2, [[1], 0, "Good.", "approved", "", []]])],
    ])
      localStorage.setItem(prefix + start, text);
  }, `bitext/${hash}/`);
  await page.reload();
  assert.match(await says(page), /Your work on 1 unit is here/);
  assert.equal(await target(page, "u2"), "Good.");
  assert.deepEqual(page.errors, []);
});
