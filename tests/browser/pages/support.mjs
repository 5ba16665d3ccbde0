// A browser, and pages that pytest has made into BITEXT_PAGES.

import { chromium } from "playwright-core";
import { existsSync } from "node:fs";
import { after } from "node:test";

export const PAGES = process.env.BITEXT_PAGES ?? "";
export const file = (name) => `file://${PAGES}/${name}.html`;
const executablePath =
    process.env.BITEXT_CHROMIUM ??
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

export const browser = await chromium.launch({ executablePath, args });
after(() => browser.close());

/** A page in a context of its own, with what went wrong and what was asked of a network. */
export async function open(name, { context, ...options } = {}) {
    const own = context ?? (await browser.newContext({ viewport: { width: 1300, height: 900 }, ...options }));
    const page = await own.newPage();
    page.setDefaultTimeout(5000);
    page.errors = [];
    page.requests = [];
    page.on("console", (m) => ["error", "warning"].includes(m.type()) && page.errors.push(m.text()));
    page.on("pageerror", (e) => page.errors.push(e.stack));
    page.on("dialog", (d) => {
        page.errors.push(`dialog: ${d.message()}`);
        d.dismiss();
    });
    page.on("request", (r) => page.requests.push(r.url()));
    await page.goto(name.includes(":") ? name : file(name));
    return page;
}

export const row = (page, id) => page.locator(`[data-row="${id}"]`);
export const target = (page, id) =>
    row(page, id)
        .locator('[data-side="target"]')
        .evaluate((e) => e.textContent);
export const source = (page, id) =>
    row(page, id)
        .locator('[data-side="source"]')
        .evaluate((e) => e.textContent);
export const status = (page, id) => row(page, id).evaluate((e) => e.dataset.status ?? "new");
export const flags = (page, id) =>
    row(page, id)
        .locator("[data-flag]")
        .evaluateAll((all) => all.map((e) => e.dataset.flag));
export const focus = (page, id) => row(page, id).locator("> b").click();
export const shown = (page) =>
    page.locator("[data-row]:not([hidden])").evaluateAll((all) => all.map((e) => e.dataset.row));
export const says = (page) => page.locator("#says").textContent();
export async function edit(page, id, text) {
    await focus(page, id);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(text);
}
export async function download(page, act) {
    const [got] = await Promise.all([page.waitForEvent("download"), act()]);
    return got;
}
