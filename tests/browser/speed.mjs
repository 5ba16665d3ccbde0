// Times and memory of pages of some sizes: `node speed.mjs PAGE.html …` prints a line each.
// Open: from navigation to two frames after the script. Key: from the key event to the frame after it, median of 40.

import { chromium } from "playwright-core";
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";

const executablePath = process.env.BITEXT_CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/google-chrome"].find(existsSync);
for (const path of process.argv.slice(2)) {
    const browser = await chromium.launch({
        executablePath,
        args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
    });
    const page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
    const frames = () =>
        page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const start = performance.now();
    await page.goto(`file://${resolve(path)}`);
    await frames();
    const open = performance.now() - start;
    const units = await page.locator("[data-row]").count();
    const middle = page.locator("[data-row]").nth(Math.floor(units / 2));
    await middle.scrollIntoViewIfNeeded();
    await middle.locator('[data-side="target"]').click();
    await page.evaluate(() => {
        window.keys = [];
        document.addEventListener(
            "keydown",
            (e) => {
                const at = e.timeStamp;
                requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - at)));
            },
            true,
        );
    });
    for (let n = 0; n < 40; n++) {
        await page.keyboard.press("x");
        await page.waitForTimeout(30);
    }
    const keys = (await page.evaluate(() => window.keys)).sort((a, b) => a - b);
    const timed = async (act) => {
        const from = performance.now();
        await act();
        await frames();
        return performance.now() - from;
    };
    const approve = await timed(() => page.keyboard.press("Control+Enter"));
    const tab = await timed(() => page.keyboard.press("Tab"));
    const filter = await timed(() => page.locator("#show").selectOption("flagged"));
    const find = await timed(async () => {
        await page.locator("#show").selectOption("all");
        await page.locator("#query").fill("طهران");
        await page.locator("#query").press("Enter");
    });
    const sort = await timed(() => page.locator("#sort").selectOption("score"));
    const cdp = await page.context().newCDPSession(page);
    const { usedSize } = await cdp.send("Runtime.getHeapUsage");
    const { metrics } = await cdp.send("Performance.enable").then(() => cdp.send("Performance.getMetrics"));
    const nodes = metrics.find((m) => m.name === "Nodes")?.value;
    const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
    const renderer = Math.max(
        ...(await Promise.all(processInfo.filter((p) => p.type === "renderer").map((p) => memory(p.id)))),
    );
    console.log(
        `${units} units, ${Math.round(statSync(path).size / 1000)} kB: open ${Math.round(open)} ms, key ${Math.round(keys[20])} ms ` +
            `(worst ${Math.round(keys.at(-1))}), approve ${Math.round(approve)}, Tab ${Math.round(tab)}, filter ${Math.round(filter)}, ` +
            `find ${Math.round(find)}, sort ${Math.round(sort)} ms, JS heap ${Math.round(usedSize / 1e6)} MB, ${nodes} nodes, renderer ${renderer} MB`,
    );
    await browser.close();
}

/** Private memory of a process (Linux). */
async function memory(id) {
    const { readFile } = await import("node:fs/promises");
    const text = await readFile(`/proc/${id}/smaps_rollup`, "utf8").catch(() => "");
    return [...text.matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((sum, m) => sum + Number(m[1]), 0) / 1000;
}
