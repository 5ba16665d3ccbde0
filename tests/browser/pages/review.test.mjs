// Reviewing as a user does it, with keyboard and mouse.

import assert from "node:assert/strict";
import test from "node:test";
import { edit, flags, focus, open, row, says, shown, source, status, target } from "./support.mjs";

test("reading: nothing is asked of a network, cells say language and direction", async () => {
    const page = await open("article");
    assert.deepEqual(
        page.requests.filter((u) => !u.startsWith("file:")),
        [],
    );
    const cell = row(page, "u3").locator('[data-side="source"]');
    assert.deepEqual([await cell.getAttribute("lang"), await cell.getAttribute("dir")], ["ar", "rtl"]);
    assert.equal(await row(page, "u1").locator("h2").count(), 2);
    assert.match(await page.locator("#progress").textContent(), /0 of 8 reviewed/);
    assert.deepEqual(page.errors, []);
});

test("the first minute: open, correct by clicking, approve with Ctrl+Enter", async () => {
    const page = await open("article");
    await row(page, "u3").locator('[data-side="target"]').click();
    assert.equal(await page.evaluate(() => document.activeElement.className), "edit");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" More.");
    await page.keyboard.press("Control+Enter");
    assert.equal(await status(page, "u3"), "approved");
    assert.match(await target(page, "u3"), / More\.$/);
    assert.equal(await row(page, "u3").locator("ins").textContent(), " More.");
    assert.equal(await row(page, "u4").locator("textarea.edit").count(), 1); // and on to the next
    assert.match(await page.locator("#progress").textContent(), /1 of 8 reviewed/);
    assert.deepEqual(page.errors, []);
});

test("the caret stands where one clicks", async () => {
    const page = await open("article");
    const cell = row(page, "u5").locator('[data-side="target"]');
    const box = await cell.boundingBox();
    await page.mouse.click(box.x + 3, box.y + 8);
    await page.keyboard.type("X");
    assert.match(await target(page, "u5"), /^.?X/);
});

test("Arabic is typed, several pasted lines become one, markup stays text", async () => {
    const page = await open("article");
    await edit(page, "u3", "السلام عليكم\nsecond\r\nthird <b>bold</b>");
    assert.equal(await target(page, "u3"), "السلام عليكم second third <b>bold</b>");
    await page.keyboard.press("Escape");
    assert.equal(await row(page, "u3").locator("[data-side=target] b").count(), 0);
    assert.ok((await row(page, "u3").locator("[data-side=target] bdi").count()) > 0);
    assert.ok((await flags(page, "u3")).includes("untranslated"));
});

test("flags come and go as one types, and can be dismissed", async () => {
    const page = await open("article");
    await edit(page, "u4", "In 2021 the the end");
    assert.deepEqual(await flags(page, "u4"), ["repeated", "end-mark"]);
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText("In 2020 the end.");
    assert.deepEqual(await flags(page, "u4"), ["numbers"]);
    await row(page, "u4").locator("[data-flag=numbers] button").click();
    assert.deepEqual(await flags(page, "u4"), []);
    await page.keyboard.press("Escape");
    await page.keyboard.press("u");
    assert.deepEqual(await flags(page, "u4"), ["numbers"]);
});

test("undo and redo, in the editor, of a unit, and of everything", async () => {
    const page = await open("article");
    const was3 = await target(page, "u3"),
        was4 = await target(page, "u4");
    await edit(page, "u3", "three");
    await page.keyboard.press("Control+Z");
    assert.equal(await page.locator("textarea.edit").inputValue(), was3);
    await page.keyboard.press("Control+Shift+Z");
    assert.equal(await page.locator("textarea.edit").inputValue(), "three");
    await page.keyboard.press("Enter");
    await edit(page, "u4", "four");
    await page.keyboard.press("Enter");
    await focus(page, "u3");
    await page.keyboard.press("u"); // this unit only
    assert.deepEqual([await target(page, "u3"), await target(page, "u4")], [was3, "four"]);
    await page.keyboard.press("y");
    assert.equal(await target(page, "u3"), "three");
    await page.locator("#undo").click();
    await page.keyboard.press("Control+Z");
    await page.locator("#undo").click();
    assert.equal(await target(page, "u4"), was4);
    await page.locator("#redo").click();
    assert.equal(await target(page, "u4"), "four");
    assert.deepEqual(page.errors, []);
});

test("approve, reject, reopen, comment, copy source, revert by key", async () => {
    const page = await open("article");
    await focus(page, "u3");
    await page.keyboard.press("r");
    assert.equal(await status(page, "u3"), "rejected");
    assert.equal(await page.evaluate(() => document.activeElement.dataset.row), "u4");
    await page.keyboard.press("s");
    assert.equal(await target(page, "u4"), await source(page, "u4"));
    await page.keyboard.press("v");
    assert.notEqual(await target(page, "u4"), await source(page, "u4"));
    await page.keyboard.press("c");
    await page.keyboard.type("why?");
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    assert.equal(await row(page, "u4").locator("q").textContent(), "why?");
    await focus(page, "u4");
    await page.keyboard.press("o");
    assert.equal(await status(page, "u4"), "new");
    assert.match(await row(page, "u4").getAttribute("aria-label"), /^Unit 4 of 8, open, Arabic and English/);
    assert.deepEqual(page.errors, []);
});

test("keys work with an Arabic layout", async () => {
    const page = await open("article");
    await focus(page, "u3");
    const cdp = await page.context().newCDPSession(page);
    for (const type of ["keyDown", "keyUp"])
        await cdp.send("Input.dispatchKeyEvent", {
            type,
            key: "ش",
            code: "KeyA",
            text: type === "keyDown" ? "ش" : undefined,
        });
    assert.equal(await status(page, "u3"), "approved");
});

test("single keys can be switched off, and Ctrl+Enter still works", async () => {
    const page = await open("article");
    await focus(page, "u3");
    await page.keyboard.press("?");
    await page.locator("dialog input[type=checkbox]").click();
    await page.keyboard.press("Escape");
    await focus(page, "u3");
    await page.keyboard.press("a");
    assert.equal(await status(page, "u3"), "new");
    await page.keyboard.press("Control+Enter");
    assert.equal(await status(page, "u3"), "approved");
});

test("merge, split at the caret, move a sentence; each taken back with Ctrl+Z", async () => {
    const page = await open("article");
    const before = await shown(page),
        text = await target(page, "u5");
    await focus(page, "u5");
    await page.keyboard.press("m");
    assert.equal((await shown(page)).length, before.length - 1);
    assert.match(await row(page, "u5").locator("> b").textContent(), /5–6/);
    await page.keyboard.press("Control+Z");
    assert.deepEqual(await shown(page), before);
    assert.equal(await target(page, "u5"), text);
    await focus(page, "u5");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+Home");
    for (let n = 0; n < "One two.".length + 1; n++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Alt+Enter");
    await page.locator("dialog button.primary").click();
    assert.deepEqual([await target(page, "u5"), await target(page, "u5.2")], ["One two.", "Three four."]);
    assert.deepEqual([await source(page, "u5"), await source(page, "u5.2")], ["واحد اثنان.", "ثلاثة أربعة."]);
    assert.equal(await row(page, "u5.2").locator("> b").textContent(), "5.2");
    await page.keyboard.press("Control+Z");
    assert.deepEqual(await shown(page), before);
    await focus(page, "u5");
    await page.keyboard.press("]");
    assert.equal(await target(page, "u5"), "One two.");
    assert.match(await target(page, "u6"), /^Three four\. /);
    await page.locator("#undo").click();
    assert.equal(await target(page, "u5"), text);
    assert.deepEqual(page.errors, []);
});

test("the source is cut where one clicks", async () => {
    const page = await open("article");
    await focus(page, "u5");
    await page.keyboard.press("p");
    const slider = page.locator("dialog input[type=range]").first();
    await slider.press("Home");
    await slider.press("ArrowRight");
    await slider.press("ArrowUp");
    await page.locator("dialog button.primary").click();
    assert.notEqual(await source(page, "u5.2"), "");
    assert.equal(`${await source(page, "u5")} ${await source(page, "u5.2")}`.trim(), "واحد اثنان. ثلاثة أربعة.");
});

test("find ignores marks; filters and sorting show what they say", async () => {
    const page = await open("article");
    await page.keyboard.press("Escape");
    await focus(page, "u3");
    await page.keyboard.press("/");
    await page.keyboard.type("القاعده");
    await page.locator("#found", { hasText: "of 8" }).waitFor();
    assert.deepEqual(await shown(page), ["u3"]);
    assert.ok((await page.evaluate(() => CSS.highlights.get("found").size)) > 0);
    await page.locator("#all").click();
    await focus(page, "u3");
    await page.keyboard.press("a");
    for (const [value, ids] of [
        ["approved", ["u3"]],
        ["flagged", ["u6", "u7"]],
        ["flag:one-sided", ["u7"]],
        ["rejected", []],
    ]) {
        await page.locator("#show").selectOption(value);
        assert.deepEqual(await shown(page), ids, value);
    }
    assert.ok(await page.locator("#nothing").isVisible());
    await page.locator("#show").selectOption("below");
    await page.locator("#below").fill("50");
    await page.locator("#below").press("Enter");
    assert.deepEqual(await shown(page), ["u6", "u7"]);
    await page.locator("#show").selectOption("all");
    await page.locator("#sort").selectOption("score");
    assert.equal((await shown(page))[0], "u7");
    await page.locator("#sort").selectOption("document");
    assert.deepEqual(await shown(page), ["u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8"]);
    assert.deepEqual(page.errors, []);
});

test("replace shows every place before it does anything", async () => {
    const page = await open("article");
    await page.locator("#replace").click();
    await page.keyboard.type("the");
    await page.locator("dialog input[type=text]").nth(1).fill("THE");
    const n = await page.locator(".hits li").count();
    assert.ok(n > 1);
    await page.locator(".hits input").first().click();
    await page.locator("dialog button.primary").click();
    assert.match(await says(page), new RegExp(`${n - 1} unit`));
    await page.locator("#undo").click();
    assert.doesNotMatch(await page.locator("#units").textContent(), /THE/);
});

test("strip and outline lead to a unit", async () => {
    const page = await open("article");
    const strip = page.locator("#strip");
    const box = await strip.boundingBox();
    await page.mouse.click(box.x + 5, box.y + box.height * 0.95);
    assert.match(await page.locator(".here").getAttribute("data-row"), /u8/);
    await strip.focus();
    await page.keyboard.press("Home");
    assert.match((await strip.getAttribute("aria-valuetext")) ?? "", /Unit/);
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.locator(".here").getAttribute("data-row"), "u2");
    await page.locator("#flags").click();
    await page.locator("dialog .links button").last().click();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.row), "u7");
    assert.deepEqual(page.errors, []);
});

test("a bead that stands on one side is plain to see, and print leaves the tools out", async () => {
    const page = await open("article");
    assert.match(
        await row(page, "u7")
            .locator("[data-side=target]")
            .evaluate((e) => getComputedStyle(e, "::before").content),
        /nothing on this side/,
    );
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.locator("#tools").isVisible()));
    assert.equal(await row(page, "u3").evaluate((e) => getComputedStyle(e).gridTemplateColumns.split(" ").length), 3);
});
