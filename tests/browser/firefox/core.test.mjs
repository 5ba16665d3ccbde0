// The core path in Firefox, driven through WebDriver BiDi: open, correct, approve, find, keep, export.

import assert from "node:assert/strict";
import test from "node:test";
import { firefox } from "playwright-core";

const executablePath = process.env.BITEXT_FIREFOX ?? "/usr/bin/firefox-esr";

test("a review in Firefox", { timeout: 120_000 }, async () => {
    const browser = await firefox.launch({ channel: "moz-firefox", executablePath });
    try {
        const page = await browser.newPage();
        const errors = [];
        page.on("pageerror", (e) => errors.push(e.message));
        await page.goto(`file://${process.env.BITEXT_PAGES}/article.html`);
        await page.click('[data-row=u3] [data-side="target"]');
        await page.keyboard.press("Control+A");
        await page.keyboard.type("A new text of 2021.");
        await page.keyboard.press("Control+Enter");
        const row = page.locator("[data-row=u3]");
        assert.equal(await row.getAttribute("data-status"), "approved");
        assert.equal(await row.locator('[data-side="target"]').textContent(), "A new text of 2021.");
        assert.match(await page.locator("#progress").textContent(), /1 of 8/);
        await page.keyboard.press("Control+Z");
        await page.keyboard.press("Escape");
        await page.fill("#query", "القاعده");
        await page.locator("#found", { hasText: "1 of 8" }).waitFor();
        await page.reload();
        assert.match(await page.locator("#says").textContent(), /Your work on 1 unit/);
        const blob = page.evaluate(
            () =>
                new Promise((done) => {
                    const make = URL.createObjectURL;
                    URL.createObjectURL = (b) => (b.text().then(done), make.call(URL, b));
                }),
        );
        await page.click("#export");
        await page.click("dialog button.primary");
        const [header, verdict] = (await blob)
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line));
        assert.deepEqual(
            [header.schema, header.verdicts, verdict.now[0].target_text],
            ["bitext/review", 1, "A new text of 2021."],
        );
        assert.deepEqual(errors, []);
    } finally {
        await browser.close();
    }
});
