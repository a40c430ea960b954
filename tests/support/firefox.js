// Drives Firefox for a test: `node firefox.js PROGRAM`, with the body of an async function on standard
// input. It gets `page` and `open(url)`, which waits for live forms; what it returns is printed as JSON.
"use strict";
const { readFileSync } = require("node:fs");

async function main() {
  const { launch } = await import("puppeteer-core");
  const browser = await launch({ browser: "firefox", executablePath: process.argv[2], headless: true });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const open = async (url) => {
      await page.goto(url, { waitUntil: "domcontentloaded" });
      await live();
    };
    const live = async () => {
      for (;;) {
        const there = await page.evaluate(() => document.readyState !== "loading" && !!window.clientforms?.formset)
          .catch(() => false); // it is on its way to another page
        if (there) return;
        const failed = await page.evaluate(() => document.querySelector("[data-boot-error]:not([hidden])")?.textContent)
          .catch(() => "");
        if (failed) throw new Error(failed);
      }
    };
    const steps = new (async () => {}).constructor("page", "open", "live", readFileSync(0, "utf8"));
    process.stdout.write(JSON.stringify(await steps(page, open, live)));
  } finally {
    await browser.close();
  }
}

main().catch((error) => {
  process.stderr.write(String(error.stack));
  process.exitCode = 1;
});
