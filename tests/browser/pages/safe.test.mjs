// Hostile texts are only text; everybody can use the page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import test from "node:test";
import { edit, focus, open, PAGES, row, target } from "./support.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

test("hostile texts and names stay text, and nothing leaves the page", async () => {
    const page = await open("hostile");
    const texts = JSON.parse(await readFile(`${PAGES}/hostile.json`, "utf8"));
    for (const [n, text] of texts.entries()) assert.equal(await target(page, `u${n + 1}`), text);
    assert.equal(await page.evaluate(() => document.scripts.length), 1);
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator("img, iframe, svg").count(), 0);
    for (const n of texts.keys()) {
        await focus(page, `u${n + 1}`);
        await page.keyboard.press("Enter");
        await page.keyboard.type("!");
        await page.keyboard.press("Control+Enter");
    }
    for (const id of ["flags", "replace", "export", "help"]) {
        await page.keyboard.press("Escape");
        await page.locator(`#${id}`).click();
        if (id === "replace") await page.keyboard.type("<");
        await page.keyboard.press("Escape");
    }
    await page.reload();
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.deepEqual(
        page.requests.filter((u) => !u.startsWith("file:") && !u.startsWith("blob:")),
        [],
    );
    assert.deepEqual(page.errors, []);
});

test("the policy lets nothing in", async () => {
    const page = await open("article");
    const results = await page.evaluate(async () => {
        const blocked = [];
        document.addEventListener("securitypolicyviolation", (e) => blocked.push(e.effectiveDirective));
        const add = (tag, set) => {
            const el = document.createElement(tag);
            try {
                set(el);
                document.body.append(el);
            } catch (e) {
                blocked.push(e.name);
            }
        };
        add("img", (e) => (e.src = "https://example.org/x.png"));
        add("script", (e) => (e.textContent = "window.pwned = 1"));
        add("style", (e) => (e.textContent = "*{color:red}"));
        add("div", (e) => (e.innerHTML = "<b>x</b>"));
        await fetch("https://example.org/").catch(() => blocked.push("fetch"));
        await new Promise((done) => setTimeout(done, 100));
        return { blocked, pwned: window.pwned };
    });
    for (const what of ["img-src", "style-src-elem", "fetch", "TypeError"])
        assert.ok(results.blocked.includes(what), `${what}: ${results.blocked}`);
    assert.equal(results.pwned, undefined);
});

for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing, ${colorScheme}`, async () => {
        const page = await open("article", { colorScheme });
        const cdp = await page.context().newCDPSession(page);
        await cdp.send("Page.setBypassCSP", { enabled: true }); // for the checker itself
        await page.reload();
        await page.addScriptTag({ content: AXE });
        const check = async (what) => {
            const { violations } = await page.evaluate((tags) => window.axe.run({ runOnly: tags }), TAGS);
            assert.deepEqual(
                violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 150)} ${v.nodes[0].failureSummary}`),
                [],
                what,
            );
        };
        await check("opened");
        await edit(page, "u3", "A changed text 2021 2020.");
        await check("editing");
        await page.keyboard.press("Control+Enter");
        await page.keyboard.press("Escape");
        await page.keyboard.press("r");
        await focus(page, "u3");
        await page.keyboard.press("c");
        await row(page, "u3").locator("summary").click();
        await check("tools");
        await page.keyboard.press("Escape");
        for (const id of ["flags", "replace", "export", "help"]) {
            await page.locator(`#${id}`).click();
            await check(id);
            await page.keyboard.press("Escape");
        }
        await focus(page, "u5");
        await page.keyboard.press("p");
        await check("split");
    });
}

test("at 200 % and on a phone nothing runs over the side", async () => {
    for (const viewport of [
        { width: 640, height: 450 },
        { width: 320, height: 640 },
    ]) {
        const page = await open("article", { viewport });
        await focus(page, "u3");
        assert.ok(
            await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            JSON.stringify(viewport),
        );
    }
});

test("the keys reach everything, and focus can be seen", async () => {
    const page = await open("article");
    const seen = [];
    for (let n = 0; n < 22; n++) {
        await page.keyboard.press("Tab");
        seen.push(
            await page.evaluate(() => {
                const e = document.activeElement;
                if (e === document.body) return "body";
                const s = getComputedStyle(e);
                return `${e.id || e.className || e.tagName}${s.outlineStyle === "none" && s.boxShadow === "none" ? " INVISIBLE" : ""}`;
            }),
        );
    }
    assert.deepEqual(
        seen.filter((s) => s.includes("INVISIBLE")),
        [],
    );
    for (const id of ["show", "query", "export", "approve"])
        assert.ok(
            seen.some((s) => s.includes(id)),
            `${id}: ${seen}`,
        );
});
