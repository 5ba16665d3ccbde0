// What a memory suggests, taken over by key and by button.

import assert from "node:assert/strict";
import test from "node:test";
import { focus, open, row, says, status, target } from "./support.mjs";

test("a key takes a suggestion over, Ctrl+Z takes it back", async () => {
    const page = await open("matches");
    const before = await target(page, "u3");
    await focus(page, "u3");
    await page.keyboard.press("1");
    assert.equal(await target(page, "u3"), "Said in <b>Sanaa</b> in 2021.");
    assert.equal(await row(page, "u3").locator("[data-side=target] b").count(), 0);
    assert.equal(await status(page, "u3"), "new");
    await page.keyboard.press("2");
    assert.equal(await target(page, "u3"), "Said in 2021.");
    await page.keyboard.press("Control+Z");
    await page.keyboard.press("Control+Z");
    assert.equal(await target(page, "u3"), before);
    await page.keyboard.press("3");
    assert.match(await says(page), /No such suggestion/);
    await focus(page, "u4");
    await page.keyboard.press("1");
    assert.match(await says(page), /No such suggestion/);
    assert.deepEqual(page.errors, []);
});

test("a button does so, and the help names the keys", async () => {
    const page = await open("matches");
    await row(page, "u5").getByRole("button", { name: "Use suggestion 1" }).click();
    assert.equal(await target(page, "u5"), "One two.");
    await focus(page, "u5");
    await page.keyboard.press("?");
    assert.match(await page.locator("dialog").textContent(), /Take over suggestion 1/);
    assert.deepEqual(page.errors, []);
});

test("a row that comes back has its suggestions", async () => {
    const page = await open("matches");
    await focus(page, "u4");
    await page.keyboard.press("m");
    assert.equal(await row(page, "u5").count(), 0);
    await page.keyboard.press("Control+Z");
    assert.equal(await row(page, "u5").locator(".matches > li").count(), 1);
    await focus(page, "u5");
    await page.keyboard.press("1");
    assert.equal(await target(page, "u5"), "One two.");
    assert.deepEqual(page.errors, []);
});

test("pages without suggestions have no keys for them", async () => {
    const page = await open("article");
    await focus(page, "u3");
    const before = await target(page, "u3");
    await page.keyboard.press("1");
    assert.equal(await target(page, "u3"), before);
    await page.keyboard.press("?");
    assert.doesNotMatch(await page.locator("dialog").textContent(), /suggestion/);
});
